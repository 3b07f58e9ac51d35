// From a history to plays a day. Pure arithmetic: no page, no network.

const DAY_MS = 86_400_000;

/** Days since 1970 of "2026-11-25". */
export const dayNumber = (date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/**
 * Plays a day by day number. Growth over days that were not recorded is shared out evenly among them; a step that the
 * service took by counting anew is no growth and leaves a hole.
 */
export function playsByDay(history) {
  const plays = new Map();
  for (const { date, delta, deltaDays, quality } of history) {
    if (delta === null || !deltaDays || quality === "RESTATED") continue;
    const last = dayNumber(date);
    for (let day = last - deltaDays + 1; day <= last; day += 1) plays.set(day, delta / deltaDays);
  }
  return plays;
}

/** The sum of several services, for the days that all of them know. */
export function sumByDay(services) {
  const [first, ...others] = services.filter((plays) => plays.size);
  const sums = new Map();
  for (const [day, plays] of first ?? []) {
    if (others.every((other) => other.has(day)))
      sums.set(day, others.reduce((sum, other) => sum + other.get(day), plays));
  }
  return sums;
}

/** The values of consecutive days from the first known to the last; null where one is not known. */
export function series(plays) {
  const days = [...plays.keys()];
  if (!days.length) return { first: 0, values: [] };
  const first = Math.min(...days);
  const length = Math.max(...days) - first + 1;
  return { first, values: Array.from({ length }, (_, place) => plays.get(first + place) ?? null) };
}
