// The list: the most played tracks, a page at a time, or what a search finds.

import { ask } from "./api.js";
import { byId, element } from "./elements.js";
import { amount } from "./format.js";
import { announceWait, clearTrouble, say, showHint, showTrouble } from "./notice.js";
import { COUNTS_NOW, SEARCH, TOP_TRACKS } from "./queries.js";
import { address, go } from "./router.js";
import { choose, onChoice } from "./switch.js";
import { Table } from "./table.js";

const ISRC = /^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/;
const FIRST_PAGE = 25;
const PAGE = 50;
const MOST_FOUND = 50;
const AHEAD = "600px";

/** The view of lists. */
export class Tracks {
  constructor() {
    this.view = byId("view-tracks");
    this.title = byId("tracks-title");
    this.more = byId("more");
    this.table = new Table(this.view.querySelector("tbody"));
    this.shown = null;
    this.cursor = null;
    this.asking = new AbortController();
    this.settled = Promise.resolve();
    onChoice(this.view, (_, service) => go(address("tracks", "", { by: service })));
    this.more.addEventListener("click", () => this.next());
    new IntersectionObserver(([entry]) => entry.isIntersecting && this.next(), { rootMargin: AHEAD }).observe(this.more);
  }

  /** Show the list of a place; one that is shown already stays as it is, with its place on the screen. */
  show({ view, of, options }) {
    const text = view === "search" ? of.trim() : "";
    const service = choose(this.view, "by", text ? "" : (options.get("by") ?? ""));
    const wanted = JSON.stringify([text, service]);
    this.view.querySelector(".switch").hidden = Boolean(text);
    this.title.textContent = text ? `Tracks like “${text}”` : "Most played";
    if (wanted === this.shown) return;
    if (!text) say("");
    this.shown = wanted;
    this.settled = this.load(text, service);
  }

  /** Ask again for the numbers that are shown. */
  async refresh() {
    if (!this.table.rows.size) return this.reload();
    try {
      await this.table.refresh();
      clearTrouble(this.view);
    } catch (error) {
      showTrouble(this.view, error, () => this.refresh());
    }
  }

  reload() {
    const [text, service] = JSON.parse(this.shown ?? '["",""]');
    return this.load(text, service);
  }

  load(text, service) {
    this.asking.abort();
    this.asking = new AbortController();
    this.cursor = null;
    this.more.hidden = true;
    const first = text ? () => this.search(text) : () => this.page(service, FIRST_PAGE);
    return this.fill(first, () => this.table.clear(service));
  }

  next() {
    if (this.more.hidden || this.more.disabled) return;
    this.more.disabled = true;
    const [, service] = JSON.parse(this.shown);
    this.fill(() => this.page(service, PAGE)).finally(() => {
      this.more.disabled = false;
    });
  }

  // The rows of before stay until there are others, so that typing does not flicker.
  async fill(load, clear = () => {}) {
    const { signal } = this.asking;
    this.view.setAttribute("aria-busy", "true");
    const come = this.table.rows.size ? () => {} : announceWait(this.view);
    try {
      const show = await load();
      clear();
      clearTrouble(this.view);
      show();
    } catch (error) {
      if (signal.aborted) return;
      clear(); // what is left is of another list
      this.fail(error, load, clear);
    } finally {
      come();
      if (!signal.aborted) this.view.removeAttribute("aria-busy");
    }
  }

  fail(error, load, clear) {
    this.more.hidden = true;
    showTrouble(this.view, error, () => this.fill(load, clear));
  }

  async page(service, first) {
    const variables = { service: service || null, first, after: this.cursor };
    const { topTracks } = await ask(TOP_TRACKS, variables, this.asking.signal);
    return () => {
      this.table.add(topTracks.edges.map((edge) => edge.node), { ranked: true });
      this.cursor = topTracks.pageInfo.endCursor;
      this.more.hidden = !topTracks.pageInfo.hasNextPage;
      if (!this.table.rows.size) this.explainEmptiness();
    };
  }

  async search(text) {
    const found = await this.find(text);
    return () => {
      this.table.add(found);
      const most = found.length === MOST_FOUND ? "The first " : "";
      say(found.length ? `${most}${amount(found.length, "track")} found` : `Nothing found for ${text}`);
      if (!found.length) showHint(this.view, element("p", {}, `No track is called or performed by “${text}”.`));
    };
  }

  // The search of the API is one of words.
  async find(text) {
    const isrc = text.replaceAll("-", "").toUpperCase();
    if (ISRC.test(isrc)) {
      const { tracks } = await ask(COUNTS_NOW, { isrcs: [isrc] }, this.asking.signal);
      return tracks.filter(Boolean);
    }
    const { searchTracks } = await ask(SEARCH, { text, first: MOST_FOUND }, this.asking.signal);
    return searchTracks;
  }

  explainEmptiness() {
    showHint(
      this.view,
      element("p", {}, element("strong", {}, "Nothing is counted yet.")),
      element("p", {}, "Run ", element("code", {}, "viewcount run"), " to ask the services for the first counts."),
    );
  }
}
