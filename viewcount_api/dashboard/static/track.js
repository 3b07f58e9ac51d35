// The page of one track: its counts, the history of each service with what was unusual, and all days as a table.

import { anomalyList } from "./anomalies.js";
import { ask } from "./api.js";
import { Chart } from "./chart.js";
import { byId, element, keepFocus } from "./elements.js";
import { ago, amount, day, gain, NONE, number, percent, time } from "./format.js";
import { growthLine, totalLine } from "./lines.js";
import { clearTrouble, showHint, showTrouble } from "./notice.js";
import { TRACK } from "./queries.js";
import { address, go } from "./router.js";
import { SERVICES } from "./services.js";

const NO_ISRC = "This is no ISRC: two letters, three letters or digits and seven digits, like USUM71604711.";
const SPANS = { 30: "30 days", 90: "90 days", 365: "A year" };
const MEASURES = { growth: "Plays a day", total: "All plays" };
const UNITS = { growth: "plays a day", total: "plays in all" };
const DEFAULT_SPAN = "90";
const WINDOWS = { day: "Day", week: "Week", month: "Month" };
const QUALITIES = { OK: "", FLAGGED: "unusual", RESTATED: "believed later" };

/** The view of one track. */
export class TrackPage {
  constructor() {
    this.view = byId("view-track");
    this.title = byId("track-title");
    this.body = byId("track");
    this.asking = new AbortController();
    this.charts = [];
    this.shown = "";
  }

  /** Show the track of a place: with what is known already at once, all the rest when it is there. */
  show({ of, options }) {
    this.isrc = of;
    this.span = Object.hasOwn(SPANS, options.get("days")) ? options.get("days") : DEFAULT_SPAN;
    this.measure = Object.hasOwn(MEASURES, options.get("show")) ? options.get("show") : "growth";
    const wanted = `${this.isrc} ${this.span}`;
    if (wanted === this.shown) return this.draw();
    if (!this.shown.startsWith(this.isrc)) this.begin();
    this.shown = wanted;
    return this.load();
  }

  /** Ask again for what is shown. */
  refresh() {
    return this.load();
  }

  /** Stop what goes on for a page that is left. */
  leave() {
    this.asking.abort();
    this.forget();
    this.body.replaceChildren();
    this.shown = "";
    this.track = null;
  }

  begin() {
    this.track = null;
    this.forget();
    this.title.textContent = this.isrc;
    this.body.replaceChildren(element("p", { class: "quiet" }, "Loading …"));
  }

  async load() {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const { track } = await ask(TRACK, { isrc: this.isrc, days: Number(this.span) }, signal);
      clearTrouble(this.view);
      this.track = track;
      this.draw();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  fail(error) {
    if (!this.track) this.body.replaceChildren();
    if (error.code === "BAD_USER_INPUT") return showHint(this.view, element("p", {}, NO_ISRC));
    showTrouble(this.view, error, () => this.load());
  }

  draw() {
    this.forget();
    if (!this.track) return this.explainAbsence();
    this.title.textContent = this.track.title ?? this.track.isrc;
    document.title = `${this.title.textContent} - viewcount`;
    const counts = this.track.viewCounts;
    const open = [...this.body.querySelectorAll("details")].map((details) => details.open);
    keepFocus(this.body, () =>
      this.body.replaceChildren(
        this.facts(),
        counts.length ? this.cards() : element("p", { class: "panel" }, "It has not been counted yet."),
        ...(counts.length ? [this.history(), this.unusual(), ...counts.map(daysTable)] : []),
      ),
    );
    this.body.querySelectorAll("details").forEach((details, place) => {
      details.open = open[place] ?? false;
    });
    for (const chart of this.charts) chart.draw();
  }

  explainAbsence() {
    if (!this.shown) return;
    this.body.replaceChildren();
    showHint(this.view, element("p", {}, "No track of the catalog has this ISRC."));
  }

  forget() {
    for (const chart of this.charts) chart.destroy();
    this.charts = [];
  }

  facts() {
    const { artist, album, isrc, active, youtubeUrl, spotifyUrl } = this.track;
    return element(
      "p",
      { class: "facts" },
      element("span", { class: "by" }, ...apart([artist, album].filter(Boolean))),
      element("span", { class: "isrc" }, isrc),
      youtubeUrl ? outward(youtubeUrl, "YouTube") : null,
      spotifyUrl ? outward(spotifyUrl, "Spotify") : null,
      active ? null : element("span", { class: "tag" }, "no longer in the catalog"),
    );
  }

  cards() {
    const { total, viewCounts } = this.track;
    const services = viewCounts.map((counts) => card(SERVICES[counts.service], counts, counts.service.toLowerCase()));
    const both = viewCounts.length > 1 && total ? [card("Both", total, "total")] : [];
    return element("div", { class: "cards" }, ...services, ...both);
  }

  history() {
    const marks = this.track.anomalies ?? [];
    const line = this.measure === "total" ? totalLine : growthLine;
    this.charts = this.track.viewCounts.map((counts) => {
      const own = marks.filter((anomaly) => anomaly.service === counts.service);
      return new Chart({ service: counts.service, unit: UNITS[this.measure], ...line(counts), marks: own });
    });
    return element(
      "section",
      { class: "part", "aria-labelledby": "history-title" },
      element(
        "div",
        { class: "head" },
        element("h2", { id: "history-title" }, "History"),
        element("div", { class: "switches" }, this.choice("show", "What", MEASURES), this.choice("days", "How far back", SPANS)),
      ),
      ...this.charts.map((chart) => chart.figure),
    );
  }

  choice(name, legend, values) {
    const current = name === "show" ? this.measure : this.span;
    return element(
      "fieldset",
      { class: "switch", onchange: ({ target }) => this.choose(name, target.value) },
      element("legend", { class: "unseen" }, legend),
      ...Object.entries(values).map(([value, label]) =>
        element(
          "label",
          {},
          element("input", { type: "radio", id: `${name}-${value}`, name, value, checked: value === current }),
          element("span", {}, label),
        ),
      ),
    );
  }

  choose(name, value) {
    const options = { show: this.measure, days: this.span, [name]: value };
    if (options.show === "growth") delete options.show;
    if (options.days === DEFAULT_SPAN) delete options.days;
    go(address("track", this.isrc, options), { replace: true });
  }

  unusual() {
    const { anomalies } = this.track;
    return element(
      "section",
      { class: "part", "aria-labelledby": "unusual-title" },
      element("h2", { id: "unusual-title" }, "Out of the ordinary"),
      anomalies?.length ? anomalyList(anomalies) : element("p", { class: "quiet" }, "Nothing was."),
    );
  }
}

function card(name, counts, kind) {
  const { current, lastUpdated } = counts;
  return element(
    "section",
    { class: `card ${kind}` },
    element("h2", {}, name),
    element("p", { class: "count" }, number(current)),
    lastUpdated
      ? element("p", { class: "quiet" }, element("time", { datetime: lastUpdated, title: time(lastUpdated) }, `read ${ago(lastUpdated)}`))
      : element("p", { class: "quiet" }, "the sum"),
    element("dl", {}, ...Object.keys(WINDOWS).map((window) => change(window, counts[window]))),
  );
}

function change(window, found) {
  return element(
    "div",
    {},
    element("dt", {}, WINDOWS[window]),
    element("dd", {}, element("span", { class: "percent" }, percent(found?.percentage)), element("span", { class: "gain" }, gain(found?.views))),
  );
}

// Each in a direction of its own: a name may be written from right to left, or hold what turns others around.
const apart = (names) =>
  names.length ? names.flatMap((name, place) => [place ? " · " : "", element("bdi", {}, name)]) : [NONE];

const outward = (url, name) => element("a", { href: url, rel: "noreferrer" }, `${name} ↗`);

// Hundreds of rows that few people open are made when somebody does.
function daysTable(counts) {
  const title = `${SERVICES[counts.service]}: ${amount(counts.history.length, "day")} as a table`;
  const details = element("details", { class: "days" }, element("summary", {}, title));
  details.addEventListener("toggle", () => details.open && details.append(tableOfDays(counts.history)), { once: true });
  return details;
}

function tableOfDays(history) {
  const heads = ["Day", "Plays in all", "Gained", ""].map((text) => element("th", { scope: "col" }, text));
  const rows = history.map((entry) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, day(entry.date)),
      element("td", { class: "number" }, number(entry.count)),
      element("td", { class: "number" }, gain(entry.delta), entry.deltaDays > 1 ? ` in ${entry.deltaDays} days` : ""),
      element("td", {}, QUALITIES[entry.quality] ?? ""),
    ),
  );
  return element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
}
