// The tracks whose counts move most, as bars.

import { ask } from "./api.js";
import { byId, element, keepFocus } from "./elements.js";
import { percent, shortGain } from "./format.js";
import { announceWait, clearTrouble, showHint, showTrouble } from "./notice.js";
import { MOVERS } from "./queries.js";
import { address, go, place } from "./router.js";
import { choose, onChoice } from "./switch.js";
import { artist, songLink } from "./table.js";

const PAGE = 20;
// A list may be asked for no more by default.
const MOST = 100;
const SPANS = { DAY: "a day", WEEK: "7 days", MONTH: "30 days" };
const ORDERS = { UP: "the fastest first", DOWN: "the slowest first" };
const DEFAULTS = { window: "WEEK", direction: "UP", service: "" };

/** The view of movers. */
export class Movers {
  constructor() {
    this.view = byId("view-movers");
    this.list = byId("movers");
    this.more = byId("more-movers");
    this.asking = new AbortController();
    this.shown = "";
    onChoice(this.view, (name, value) => this.choose(name, value));
    this.more.addEventListener("click", () => this.load());
  }

  /** Show those of a place. */
  show({ options }) {
    this.wanted = {};
    for (const [name, otherwise] of Object.entries(DEFAULTS))
      this.wanted[name] = choose(this.view, name, options.get(name) ?? otherwise, otherwise);
    const { window, direction } = this.wanted;
    byId("movers-meaning").textContent = `Growth over ${SPANS[window]} in percent of all plays before, ${ORDERS[direction]}.`;
    const wanted = JSON.stringify(this.wanted);
    if (wanted === this.shown) return undefined;
    this.shown = wanted;
    this.cursor = null;
    return this.load();
  }

  /** Ask again for as many as are shown. */
  refresh() {
    this.cursor = null;
    return this.load(Math.min(Math.max(this.list.children.length, PAGE), MOST));
  }

  choose(name, value) {
    const options = Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, place().options.get(key) ?? ""]));
    options[name] = value === DEFAULTS[name] ? "" : value;
    go(address("movers", "", options), { replace: true });
  }

  async load(first = PAGE) {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const { service, ...rest } = this.wanted;
    const come = this.list.children.length ? () => {} : announceWait(this.view);
    try {
      const { movers } = await ask(MOVERS, { ...rest, service: service || null, first, after: this.cursor }, signal);
      clearTrouble(this.view);
      keepFocus(this.list, () => this.fill(movers));
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    } finally {
      come();
    }
  }

  fail(error) {
    this.shown = "";
    showTrouble(this.view, error, () => this.load());
  }

  fill({ edges, pageInfo }) {
    if (this.cursor === null) {
      this.list.replaceChildren();
      this.longest = Math.max(...edges.map((edge) => size(edge.change)), 0);
      if (!edges.length) showHint(this.view, element("p", {}, "No track moves that way. Growth is known once a count that old is there to compare with."));
    }
    this.list.append(...edges.map((edge) => this.row(edge)));
    this.cursor = pageInfo.endCursor;
    this.more.hidden = !pageInfo.hasNextPage;
  }

  row({ node, change }) {
    const bar = element("span", { class: "length", "aria-hidden": "true" });
    bar.style.setProperty("--share", this.longest ? Math.min(size(change) / this.longest, 1) : 0);
    return element(
      "li",
      { class: change.views < 0 ? "falls" : "grows" },
      element("span", { class: "song" }, songLink(node), artist(node)),
      bar,
      element("span", { class: "percent" }, percent(change.percentage)),
      element("span", { class: "gain" }, shortGain(change.views)),
    );
  }
}

const size = (change) => Math.abs(change.percentage ?? 0);
