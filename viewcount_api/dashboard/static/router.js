// The part of the address behind "#/" says what is shown, so that Back, reloading and links to a track all work.

const listeners = [];

/** The view and what of it: "#/track/USUG11904206?days=90" is {view: "track", of: "USUG11904206", options}. */
export function place(hash = location.hash) {
  const [path, options = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, of = ""] = path.split("/", 2);
  return { view: view || "tracks", of: decoded(of), options: new URLSearchParams(options) };
}

/** The address of a view; options that are empty are left out. */
export function address(view, of = "", options = {}) {
  const chosen = new URLSearchParams(Object.entries(options).filter(([, value]) => value));
  const path = view === "tracks" ? "#/" : `#/${view}${of && `/${encodeURIComponent(of)}`}`;
  return chosen.size ? `${path}?${chosen}` : path;
}

/** Call `listener` with the place now and whenever it changes, and whether a link or Back led there. */
export function onPlace(listener) {
  listeners.push(listener);
}

/** Go there; `replace` leaves no step to go back to. */
export function go(target, { replace = false } = {}) {
  if (target === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", target);
  tell();
}

/** Begin to follow the address. */
export function follow() {
  // Links change the fragment and Back brings an old one: both are this event.
  addEventListener("popstate", () => tell(true));
  tell();
}

function tell(isTravel = false) {
  const now = place();
  for (const listener of listeners) listener(now, isTravel);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that was typed
  }
}
