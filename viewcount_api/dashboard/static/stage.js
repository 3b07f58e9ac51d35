// Which view is seen. One that is come back to is as it was left: same place on the screen, same focus.

import { say } from "./notice.js";

/** The views by name, one of which is on stage. */
export class Stage {
  constructor(views) {
    this.views = views;
    this.current = null;
    this.left = new Map();
    this.address = "";
  }

  /** Show a place, turning to its view first. An unknown view is the list. */
  show(place) {
    const view = Object.hasOwn(this.views, place.view) ? this.views[place.view] : this.views.tracks;
    const before = this.current;
    if (before && before !== view) {
      this.leave(before);
      say("");
    }
    this.current = view;
    view.view.hidden = false;
    if (before !== view) markLink(place.view);
    view.show(place);
    document.title = title(view, this.views.tracks);
    if (before && before !== view) this.arrive(view);
    this.address = location.hash;
  }

  leave(view) {
    this.left.set(this.address, { scroll: scrollY, focus: document.activeElement });
    view.view.hidden = true;
    view.leave?.();
  }

  arrive(view) {
    const was = this.left.get(location.hash);
    scrollTo(0, was?.scroll ?? 0);
    if (document.activeElement?.type === "search") return; // somebody types
    const focus = was?.focus?.isConnected && view.view.contains(was.focus) ? was.focus : view.view.querySelector("h1");
    focus.focus({ preventScroll: true });
  }
}

const title = (view, list) => (view === list ? "viewcount" : `${view.view.querySelector("h1").textContent} - viewcount`);

function markLink(view) {
  const marked = view === "search" ? "tracks" : view;
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    if (link.dataset.view === marked) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
