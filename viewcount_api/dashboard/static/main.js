// Starts the page: which view is shown, and who is told of new counts.

import { byId } from "./elements.js";
import { reportErrors } from "./errors.js";
import { onPublished } from "./live.js";
import { Movers } from "./movers.js";
import { address, follow, go, onPlace } from "./router.js";
import { showSearched, startSearch } from "./search.js";
import { State } from "./status.js";
import { TrackPage } from "./track.js";
import { Tracks } from "./tracks.js";

reportErrors();

const tracks = new Tracks();
const views = { tracks, search: tracks, track: new TrackPage(), movers: new Movers(), state: new State() };
let current = null;
let left = null;

function show(place) {
  const view = views[place.view] ?? tracks;
  if (view !== current) turnTo(view, place);
  showSearched(place);
  view.show(place);
}

function turnTo(view, place) {
  const before = current;
  if (before) left = { view: before, scroll: scrollY, focus: document.activeElement, from: before === tracks ? left : null };
  before?.leave?.();
  if (before) before.view.hidden = true;
  view.view.hidden = false;
  current = view;
  markLink(place.view);
  const heading = view.view.querySelector("h1");
  document.title = view === tracks ? "viewcount" : `${heading.textContent} – viewcount`;
  if (before) arrive(view, heading);
}

// Where somebody comes back to the list, they find it as they left it.
const kept = new Map();

function arrive(view, heading) {
  const was = kept.get(view);
  kept.set(left.view, { scroll: left.scroll, focus: left.focus });
  if (view === tracks && was) {
    scrollTo(0, was.scroll);
    was.focus?.focus?.({ preventScroll: true });
  } else {
    scrollTo(0, 0);
    if (document.activeElement !== byId("search")) heading.focus({ preventScroll: true });
  }
}

function markLink(view) {
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    if (link.dataset.view === (view === "search" ? "tracks" : view)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function escape() {
  const search = byId("search");
  if (document.activeElement === search && search.value) {
    search.value = "";
    search.dispatchEvent(new Event("input"));
  } else if (current !== tracks) {
    byId("back").click();
  } else {
    go(address("tracks"));
  }
}

byId("skip").addEventListener("click", () => byId("main").focus());
addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && escape());
startSearch();
onPlace(show);
follow();
views.state.refresh();
onPublished(() => {
  views.state.refresh();
  if (current !== views.state) current.refresh();
});
