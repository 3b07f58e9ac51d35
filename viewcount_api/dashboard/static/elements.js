// Building parts of the page. Text stays text, whatever is in it: nothing here is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes; a property that is no string, like `onclick` or `hidden`, is set as such. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "string") made.setAttribute(key, value);
    else if (value !== undefined && value !== null) made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The same for drawings. */
export function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The element of that id, which index.html has. */
export const byId = (id) => document.getElementById(id);

const FOCUSABLE = "a, button, input, summary";

/** Draw what is in a container anew; who was on a link or button there is on the same one, or its successor. */
export function keepFocus(container, draw) {
  const before = document.activeElement;
  const place = [...container.querySelectorAll(FOCUSABLE)].indexOf(before);
  draw();
  if (place < 0) return;
  const after = [...container.querySelectorAll(FOCUSABLE)];
  const same = after.find((one) => one.href && one.href === before.href);
  (same ?? after[place])?.focus({ preventScroll: true });
}

/** Text that only screen readers say. */
export const unseen = (text) => element("span", { class: "unseen" }, text);
