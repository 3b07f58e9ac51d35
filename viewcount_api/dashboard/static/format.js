// Numbers, days and instants as people write them; the language is that of the page.

const LANGUAGE = "en";
const DAYS_LANGUAGE = "en-GB"; // day before month
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const whole = new Intl.NumberFormat(LANGUAGE);
const compact = new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumSignificantDigits: 3 });
const signed = new Intl.NumberFormat(LANGUAGE, { signDisplay: "exceptZero" });
const compactSigned = new Intl.NumberFormat(LANGUAGE, {
  notation: "compact",
  maximumSignificantDigits: 3,
  signDisplay: "exceptZero",
});
const percentages = [2, 1, 0].map(
  (digits) =>
    new Intl.NumberFormat(LANGUAGE, {
      style: "percent",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: "exceptZero",
    }),
);
const share = new Intl.NumberFormat(LANGUAGE, { style: "percent", maximumFractionDigits: 1 });
const calendarDay = new Intl.DateTimeFormat(DAYS_LANGUAGE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const instant = new Intl.DateTimeFormat(DAYS_LANGUAGE, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const dayOfYear = new Intl.DateTimeFormat(DAYS_LANGUAGE, { day: "numeric", month: "short", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });

export const NONE = "–";

/** 1234567 as "1,234,567". */
export const number = (value) => (isKnown(value) ? whole.format(value) : NONE);

/** 1234567 as "1.23M". */
export const short = (value) => (isKnown(value) ? compact.format(value) : NONE);

/** 1234 as "+1,234". */
export const gain = (value) => (isKnown(value) ? minus(signed.format(value)) : NONE);

/** 1234567 as "+1.23M". */
export const shortGain = (value) => (isKnown(value) ? minus(compactSigned.format(value)) : NONE);

/** 5.21, which is in percent already, as "+5.21%"; the larger, the fewer digits behind the point. */
export function percent(value) {
  if (!isKnown(value)) return NONE;
  const size = Math.abs(value);
  return minus(percentages[size < 10 ? 0 : size < 100 ? 1 : 2].format(value / 100));
}

/** 0.983 as "98.3%"; never 100% when something is missing. */
export const shareOf = (value) => (isKnown(value) ? share.format(Math.floor(value * 1000) / 1000) : NONE);

/** "2026-11-25" as "25 Nov 2026". */
export const day = (text) => calendarDay.format(new Date(`${text}T00:00:00Z`));

/** The same without its year. */
export const shortDay = (text) => dayOfYear.format(new Date(`${text}T00:00:00Z`));

/** "2026-11-25T21:30:00Z" as "25 Nov 2026, 21:30 UTC". */
export const time = (text) => (text ? `${instant.format(new Date(text))} UTC` : "never");

/** How long ago an instant was: "3 minutes ago". */
export function ago(text, now = Date.now()) {
  if (!text) return "never";
  return span(Math.round((new Date(text).getTime() - now) / 1000));
}

/** "1 track", "2 tracks". */
export const amount = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

function span(seconds) {
  const size = Math.abs(seconds);
  if (size < MINUTE) return "just now";
  if (size < HOUR) return relative.format(Math.round(seconds / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(seconds / HOUR), "hour");
  return relative.format(Math.round(seconds / DAY), "day");
}

const isKnown = (value) => value !== null && value !== undefined;

// As wide as a plus sign, so that columns stay aligned.
const minus = (text) => text.replace("-", "−");
