// Rows of the table of tracks: their numbers at once, their lines when they come into sight.

import { ask } from "./api.js";
import { element, unseen } from "./elements.js";
import { gain, NONE, number, percent, short, time } from "./format.js";
import { playsByDay, series, sumByDay } from "./growth.js";
import { COUNTS_NOW, RECENT_GROWTH } from "./queries.js";
import { address } from "./router.js";
import { countsOf } from "./services.js";
import { sparkline } from "./sparkline.js";

// One list of ISRCs may hold no more by default.
const MOST_ISRCS = 50;
const GATHER_MS = 30;
const AHEAD = "300px";

/** The rows below `body`, which belongs to a table of index.html. */
export class Table {
  constructor(body) {
    this.body = body;
    this.service = "";
    this.rows = new Map();
    this.waiting = new Set();
    this.sight = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: AHEAD });
    body.addEventListener("keydown", (event) => moveByArrow(event));
    body.addEventListener("click", openByRow);
  }

  /** Take all rows away; what follows is about this service, or all. */
  clear(service = "") {
    this.sight.disconnect();
    this.rows.clear();
    this.waiting.clear();
    this.service = service;
    this.body.replaceChildren();
  }

  /** Add rows; `ranked` says whether their order is a rank. */
  add(tracks, { ranked = false } = {}) {
    for (const track of tracks) {
      if (this.rows.has(track.isrc)) continue; // it moved down a rank between two pages
      const made = this.row(track, ranked ? this.rows.size + 1 : null);
      this.rows.set(track.isrc, made);
      this.body.append(made);
      this.sight.observe(made);
    }
  }

  /** Ask again for the numbers of all rows, and mark those that changed. */
  async refresh() {
    const isrcs = [...this.rows.keys()];
    for (let start = 0; start < isrcs.length; start += MOST_ISRCS) {
      const { tracks } = await ask(COUNTS_NOW, { isrcs: isrcs.slice(start, start + MOST_ISRCS) });
      for (const track of tracks) if (track) this.update(track);
    }
  }

  row(track, rank) {
    const cells = numberCells(track, this.service);
    return element(
      "tr",
      { role: "row", "data-isrc": track.isrc },
      element("td", { role: "cell", class: "rank" }, rank ? number(rank) : ""),
      element("th", { role: "rowheader", scope: "row", class: "song" }, songLink(track), artist(track)),
      ...cells,
      element("td", { role: "cell", class: "spark" }),
    );
  }

  update(track) {
    const row = this.rows.get(track.isrc);
    if (!row) return;
    for (const cell of numberCells(track, this.service)) {
      const old = row.querySelector(`.${cell.classList[1]}`);
      if (old.textContent === cell.textContent) continue;
      cell.classList.add("fresh");
      old.replaceWith(cell);
    }
  }

  seen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.sight.unobserve(target);
      if (!this.waiting.size) setTimeout(() => this.drawWaiting(), GATHER_MS);
      this.waiting.add(target.dataset.isrc);
    }
  }

  async drawWaiting() {
    const isrcs = [...this.waiting].slice(0, MOST_ISRCS);
    if (!isrcs.length) return;
    isrcs.forEach((isrc) => this.waiting.delete(isrc));
    if (this.waiting.size) setTimeout(() => this.drawWaiting(), GATHER_MS);
    try {
      const { tracks } = await ask(RECENT_GROWTH, { isrcs });
      for (const track of tracks) if (track) this.draw(track);
    } catch (error) {
      // The numbers are there and are what counts; a line comes when its row is seen the next time.
      if (error.name !== "ApiError") throw error;
      for (const isrc of isrcs) if (this.rows.has(isrc)) this.sight.observe(this.rows.get(isrc));
    }
  }

  draw(track) {
    const cell = this.rows.get(track.isrc)?.querySelector(".spark");
    const wanted = track.viewCounts.filter((counts) => !this.service || counts.service === this.service);
    const { values } = series(sumByDay(wanted.map((counts) => playsByDay(counts.history))));
    cell?.replaceChildren(sparkline(values) ?? element("span", { class: "quiet" }, NONE));
  }
}

/** The link to a track's page; a track without a title goes by its ISRC. */
export function songLink(track) {
  return element("a", { href: address("track", track.isrc) }, track.title ?? track.isrc);
}

/** Who performs it, below the title. */
export const artist = (track) => element("span", { class: "artist" }, track.artist ?? NONE);

function numberCells(track, service) {
  const [youtube, spotify] = ["YOUTUBE", "SPOTIFY"].map((name) => countsOf(track, name));
  const change = service ? countsOf(track, service)?.change : track.total?.change;
  return [
    count("youtube", youtube?.current, youtube?.lastUpdated),
    count("spotify", spotify?.current, spotify?.lastUpdated),
    count("total", track.total?.current),
    changeCell(change),
  ];
}

function count(name, value, readAt) {
  const title = readAt ? `Read ${time(readAt)}` : undefined;
  return element("td", { role: "cell", class: `number ${name}`, title }, ...bothLengths(number(value), short(value)));
}

function changeCell(change) {
  const known = change ?? { views: null, percentage: null };
  return element(
    "td",
    { role: "cell", class: "number change" },
    element("span", { class: "percent" }, percent(known.percentage)),
    change ? element("span", { class: "gain" }, gain(known.views)) : null,
    change && change.days !== 7 ? unseen(` in ${change.days} days`) : null,
  );
}

// A phone has no room for ten digits: the style sheet shows one of the two.
const bothLengths = (long, brief) => [
  element("span", { class: "long" }, long),
  element("span", { class: "brief" }, brief),
];

function moveByArrow(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll(".song a")];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// All of a row opens the track, for those who point; the link in it is there for everybody.
function openByRow(event) {
  if (event.target.closest("a") || getSelection().toString()) return;
  event.target.closest("tr")?.querySelector(".song a").click();
}
