// The search field: what is typed becomes the address, which becomes the list.

import { byId } from "./elements.js";
import { address, go, place } from "./router.js";

const PAUSE_MS = 180;

/** Begin to listen to the field; `settled` gives a promise of the list that is on its way. */
export function startSearch(settled) {
  const field = byId("search");
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(field.value), PAUSE_MS);
  });
  byId("search-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search(field.value);
    const wanted = field.value;
    await settled();
    // Who goes on typing meanwhile is not interrupted.
    if (document.activeElement === field && field.value === wanted) leaveForRows(event);
  });
  field.addEventListener("keydown", (event) => event.key === "ArrowDown" && leaveForRows(event));
  addEventListener("keydown", (event) => event.key === "/" && !isTyping(event) && enter(event, field));
}

/** Make the field say what is shown, unless somebody is typing there: who goes back is not. */
export function showSearched({ view, of }, isTravel) {
  const field = byId("search");
  if (isTravel || document.activeElement !== field) field.value = view === "search" ? of : "";
}

/** Leave the search for the list of all. */
export function clearSearch() {
  byId("search").value = "";
  search("");
}

function search(text) {
  const wanted = text.trim();
  // One step back leaves the search, however many letters were typed.
  if (wanted) go(address("search", wanted), { replace: place().view === "search" });
  else if (place().view === "search") go(address("tracks"));
}

function leaveForRows(event) {
  event.preventDefault();
  document.querySelector("#view-tracks:not([hidden]) .song a")?.focus();
}

function enter(event, field) {
  event.preventDefault();
  field.focus();
  field.select();
}

const isTyping = ({ target, ctrlKey, metaKey, altKey }) =>
  ctrlKey || metaKey || altKey || target.closest("input:not([type=radio]), textarea, select");
