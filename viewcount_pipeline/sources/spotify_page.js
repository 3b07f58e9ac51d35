// What the document in the tab shows right now, for spotify_page.py to judge. Runs as the body of a function.
// A consent banner is clicked away on the way; a look never waits.
const PAGE = '[data-testid="track-page"], [data-testid="album-page"]';
const ROW = '[data-testid="tracklist-row"]';
const COUNT = '[data-testid="playcount"]';
const text = (node) => (node ? node.textContent.trim() : null);
const seen = (node) => Boolean(node && node.getClientRects().length);
const idOf = (address) => (/(?:track|album)[/:]([0-9A-Za-z]+)/.exec(address || "") || [])[1] || null;

const banner = document.querySelector("#onetrust-accept-btn-handler");
if (seen(banner)) banner.click();

const section = document.querySelector(PAGE);
const place = section || document;
const count = [...place.querySelectorAll(COUNT)].find((node) => !node.closest(ROW));
const heading = place.querySelector('[data-testid="entityTitle"]') || (section && section.querySelector("h1"));
const canonical = document.querySelector('link[rel="canonical"]');
const list = place.querySelector("[aria-rowcount]");
const rows = [...place.querySelectorAll(ROW)];
// Long lists render only what is in view: the next rows come when the last one is scrolled to.
if (list && rows.length && rows.length < list.getAttribute("aria-rowcount") - 1) rows.at(-1).scrollIntoView();
const rowOf = (row) => [
  idOf((row.querySelector('a[href*="/track/"]') || {}).href),
  text(row.querySelector(COUNT) || row.querySelector('[aria-colindex="3"]')),
];
const isRendered = Boolean(count || heading || rows.length);
const challenge = document.querySelector('iframe[src*="captcha" i]');
const navigation = performance.getEntriesByType("navigation")[0];

return {
  url: location.href,
  started_at_ms: performance.timeOrigin,
  http_status: (navigation && navigation.responseStatus) || 0,
  is_complete: document.readyState === "complete",
  document_title: document.title,
  section_id: section ? idOf(section.dataset.testUri) : null,
  canonical_id: canonical ? idOf(canonical.href) : null,
  heading: text(heading),
  count_text: text(count),
  rows: rows.map(rowOf),
  expected_rows: list ? list.getAttribute("aria-rowcount") - 1 : null,
  text: isRendered || !document.body ? "" : document.body.innerText.trim().slice(0, 1000),
  is_rendered: isRendered,
  has_scripts: document.scripts.length > 0,
  has_challenge: seen(challenge) && challenge.clientHeight > 60,
};
