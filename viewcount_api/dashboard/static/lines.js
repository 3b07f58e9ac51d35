// What a chart of one service shows: consecutive days and their values.

import { dayNumber, playsByDay, series } from "./growth.js";

/** Plays a day, up to the newest count. */
export function growthLine(counts) {
  const plays = playsByDay(counts.history);
  if (counts.day) plays.set(dayNumber(counts.lastUpdated.slice(0, 10)), counts.day.views);
  return { ...series(plays), fromZero: true };
}

/** All plays, up to the newest count. */
export function totalLine(counts) {
  const totals = new Map(counts.history.map((entry) => [dayNumber(entry.date), entry.count]));
  totals.set(dayNumber(counts.lastUpdated.slice(0, 10)), counts.current);
  return { ...series(totals), fromZero: false };
}
