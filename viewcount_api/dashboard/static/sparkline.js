// A small line of plays a day.

import { drawing } from "./elements.js";
import { short } from "./format.js";

const WIDTH = 120;
const HEIGHT = 28;
const MARGIN = 3;
// Less of a swing than this is drawn as less, or every steady track would look wild.
const LEAST_SWING = 0.25;

/** The drawing of values of consecutive days, null where there is none; at least two are needed for a line. */
export function sparkline(values) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const at = scale(known, values.length);
  const line = path(values, at);
  const last = values.findLastIndex((value) => value !== null);
  const [x, y] = at(last, values[last]);
  return drawing(
    "svg",
    { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": inWords(known) },
    drawing("path", { class: "line", d: line }),
    drawing("circle", { class: "dot", cx: x, cy: y, r: 2 }),
  );
}

function scale(known, days) {
  const high = Math.max(...known);
  const low = Math.min(...known, high * (1 - LEAST_SWING));
  const reach = high - low || 1;
  const across = (WIDTH - 2 * MARGIN) / Math.max(days - 1, 1);
  const down = HEIGHT - 2 * MARGIN;
  return (place, value) => [rounded(MARGIN + place * across), rounded(MARGIN + down * (1 - (value - low) / reach))];
}

function path(values, at) {
  let pen = "M";
  let drawn = "";
  values.forEach((value, place) => {
    if (value === null) {
      pen = "M";
      return;
    }
    drawn += `${pen}${at(place, value).join(" ")}`;
    pen = "L";
  });
  return drawn;
}

function inWords(known) {
  const [low, high] = [Math.min(...known), Math.max(...known)].map(Math.round);
  return `Between ${short(low)} and ${short(high)} plays a day, lastly ${short(Math.round(known.at(-1)))}`;
}

const rounded = (value) => Math.round(value * 10) / 10;
