// What is said when something is missing or went wrong: aloud for those who listen, in a panel for those who look.

import { byId, element } from "./elements.js";

const WAIT_MS = 300;
const WAITING = "Loading …";

/** Say it to screen readers, which do not say the same text again unless something about it changes. */
export function say(text) {
  const notice = byId("notice");
  notice.textContent = text && text === notice.textContent ? `${text}\u00a0` : text;
}

/** Fill a view's panel with what went wrong and, where it may help, a button that tries again. */
export function showTrouble(view, error, retry) {
  if (error.name === "AbortError") return; // nobody waits for it
  if (error.name !== "ApiError") throw error;
  show(view, [
    element("p", {}, element("strong", {}, error.message)),
    error.detail ? element("p", { class: "quiet" }, error.detail) : null,
    error.again ? element("p", {}, element("button", { type: "button", onclick: retry }, "Try again")) : null,
  ]);
  say(error.message);
}

/** Say in a view that has nothing to show yet that something is on its way, when it takes long; call what is given then. */
export function announceWait(view) {
  const timer = setTimeout(() => {
    if (view.hidden) return;
    showHint(view, element("p", { class: "quiet" }, WAITING));
    say(WAITING);
  }, WAIT_MS);
  return () => clearTimeout(timer);
}

/** Fill a view's panel with something that is no error. */
export function showHint(view, ...children) {
  show(view, children);
}

/** Empty the panel. */
export function clearTrouble(view) {
  panel(view).replaceChildren();
}

const panel = (view) => view.querySelector(".trouble");

function show(view, children) {
  panel(view).replaceChildren(element("div", { class: "panel" }, ...children));
}
