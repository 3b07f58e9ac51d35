// The history of one service as a chart, with anomalies marked. The library is fetched when the first one is drawn.

import { kindInWords } from "./anomalies.js";
import { element } from "./elements.js";
import { day, number, short, shortDay } from "./format.js";
import { dayNumber } from "./growth.js";
import { SERVICES } from "./services.js";

const LIBRARY = "/static/vendor/uPlot.iife.min.js";
const STYLE = "/static/vendor/uPlot.min.css";
const MISSING = "There is no chart, as its library is not installed (make set_up brings it). The days are in the tables below.";
const DAY_MS = 86_400_000;
const HEIGHT = 190;
const TICK_DAYS = [1, 2, 7, 14, 28, 61, 122, 365];
const MARK = 4;
const dark = matchMedia("(prefers-color-scheme: dark)");

let loading = null;

/** One chart: `figure` is its element, drawn into by `draw` once it is part of the page. */
export class Chart {
  /** `values` are those of the days from day number `first` on, null where there is none; `marks` are anomalies. */
  constructor({ service, unit, first, values, fromZero, marks }) {
    Object.assign(this, { service, unit, fromZero });
    this.marks = new Map(marks.map((anomaly) => [dayNumber(anomaly.date), kindInWords(anomaly.kind)]));
    // What is held has no value, and its day is on the chart all the same.
    const length = values.length && Math.max(values.length, ...[...this.marks.keys()].map((at) => at - first + 1));
    this.days = Array.from({ length }, (_, place) => first + place);
    this.values = this.days.map((_, place) => values[place] ?? null);
    this.readout = element("span", { class: "readout" });
    this.canvas = element("div", { class: "canvas", role: "img", "aria-label": this.inWords() });
    const caption = element("figcaption", {}, element("strong", {}, SERVICES[service]), this.readout);
    this.figure = element("figure", { class: `chart ${service.toLowerCase()}` }, caption, this.canvas);
    this.redraw = () => this.draw();
  }

  /** Draw, or say why there is nothing to see. */
  async draw() {
    if (this.days.length < 2) return this.explain("There are too few days for a chart so far.");
    try {
      const Plot = await library();
      if (this.canvas.isConnected) this.plotWith(Plot);
    } catch (error) {
      if (error.name !== "MissingLibrary") throw error;
      this.explain(MISSING);
    }
  }

  /** Let go of what drawing took. */
  destroy() {
    dark.removeEventListener("change", this.redraw);
    this.size?.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  plotWith(Plot) {
    this.destroy();
    this.canvas.replaceChildren();
    this.plot = new Plot(this.options(Plot), [this.days, this.values], this.canvas);
    this.size = new ResizeObserver(() => this.plot?.setSize({ width: this.canvas.clientWidth, height: HEIGHT }));
    this.size.observe(this.canvas);
    dark.addEventListener("change", this.redraw);
    this.tell(null);
  }

  options(Plot) {
    const colour = (name) => getComputedStyle(this.figure).getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(document.body).fontFamily}`,
    };
    const line = { stroke: colour("--own"), fill: colour("--own-faint"), width: 2, points: { show: false } };
    return {
      width: this.canvas.clientWidth,
      height: HEIGHT,
      padding: [14, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      scales: { x: { time: false }, y: this.fromZero ? { range: (_, __, high) => [0, high * 1.08 || 1] } : {} },
      series: [{}, { ...line, paths: this.fromZero ? Plot.paths.linear() : undefined }],
      axes: [
        { ...axis, size: 28, grid: { show: false }, incrs: TICK_DAYS, space: 70, values: (_, days) => days.map(tickOf) },
        { ...axis, size: 56, values: (_, counts) => counts.map(short) },
      ],
      hooks: {
        draw: [(plot) => this.drawMarks(plot, colour("--alarm"))],
        setCursor: [(plot) => this.tell(plot.cursor.idx)],
      },
    };
  }

  // A dashed line for the day, and a dot on the value where there is one.
  drawMarks(plot, colour) {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = ratio;
    for (const at of this.marks.keys()) {
      if (at < plot.scales.x.min || at > plot.scales.x.max) continue;
      const x = plot.valToPos(at, "x", true);
      const value = this.values[at - this.days[0]] ?? null;
      const y = value === null ? bbox.top : plot.valToPos(value, "y", true);
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, y, MARK * ratio, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  }

  tell(place) {
    const shown = place ?? this.values.findLastIndex((value) => value !== null);
    const value = this.values[shown] ?? null;
    const text = value === null ? "not known" : `${number(Math.round(value))} ${this.unit}`;
    const mark = this.marks.get(this.days[shown]);
    this.readout.replaceChildren(`${dayOf(this.days[shown])}: ${text}`);
    if (mark) this.readout.append(element("em", {}, ` ${mark}`));
  }

  explain(text) {
    this.canvas.replaceChildren(element("p", { class: "panel quiet" }, text));
  }

  inWords() {
    const known = this.values.filter((value) => value !== null).map(Math.round);
    const name = `${SERVICES[this.service]}, ${this.unit}`;
    if (!known.length) return `${name}: nothing known`;
    const marked = this.days.filter((at) => this.marks.has(at)).map((at) => `${dayOf(at)} ${this.marks.get(at)}`);
    const range = `between ${number(Math.min(...known))} and ${number(Math.max(...known))}`;
    return [`${name}, ${this.days.length} days, ${range}`, ...marked].join("; ");
  }
}

/** The library; throw `MissingLibrary` when the server does not have it. */
function library() {
  loading ??= fetchLibrary().catch((error) => {
    loading = null; // it may be there the next time
    throw error;
  });
  return loading;
}

function fetchLibrary() {
  return new Promise((resolve, reject) => {
    const missing = () => reject(Object.assign(new Error("uPlot is not installed"), { name: "MissingLibrary" }));
    document.head.append(element("link", { rel: "stylesheet", href: STYLE }));
    document.head.append(element("script", { src: LIBRARY, onload: () => resolve(window.uPlot), onerror: missing }));
  });
}

const dateOf = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);
const dayOf = (number) => day(dateOf(number));
const tickOf = (number) => (Number.isInteger(number) ? shortDay(dateOf(number)) : "");
