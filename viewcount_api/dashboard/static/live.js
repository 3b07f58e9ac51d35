// Hears of new counts as they are published, while the page is looked at.

import { PUBLISHED } from "./queries.js";

const URL = "/graphql";
// Several publications follow each other closely: one for each service.
const CALM_MS = 2000;

/** Call `published` after each publication. */
export function onPublished(published) {
  let stream = null;
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(published, CALM_MS);
  };
  const open = () => {
    // One that the server refused is closed for good; one whose connection broke is opened again by the browser.
    if (!stream || stream.readyState === EventSource.CLOSED) stream = listen(heard);
  };
  const close = () => {
    stream?.close();
    stream = null;
  };
  // A browser has few connections to one host, and nobody looks at a hidden page.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    published();
    return open();
  });
  if (!document.hidden) open();
}

function listen(heard) {
  const stream = new EventSource(`${URL}?${new URLSearchParams({ query: PUBLISHED })}`);
  stream.addEventListener("next", heard);
  return stream;
}
