// How the recording is going, in words: each service's counts, and what waits for a person.

import { ask } from "./api.js";
import { byId, element, unseen } from "./elements.js";
import { ago, amount, number, shareOf, time } from "./format.js";
import { announceWait, clearTrouble, showTrouble } from "./notice.js";
import { STATUS } from "./queries.js";

const LATE_SECONDS = 36 * 3600;
const LEAST_COVERAGE = 0.95;
const DEMO = "These counts come from emulated services, to try things out. The README says how to ask the real ones.";
const GOOD = "good";
const POOR = "poor";
const BAD = "bad";

/** The view of the state, and its lamp beside the link that leads there. */
export class State {
  constructor() {
    this.view = byId("view-state");
    this.body = byId("state");
  }

  /** Show it. */
  show() {
    return this.refresh();
  }

  /** Ask how it is now; what goes wrong is told where somebody looks for it. */
  async refresh() {
    const come = this.body.children.length ? () => {} : announceWait(this.view);
    try {
      const { services, pipelineStatus } = await ask(STATUS);
      const judged = pipelineStatus.services.map((status) => judge(status, facts(services, status.service)));
      clearTrouble(this.view);
      this.body.replaceChildren(...panels(judged, pipelineStatus));
      showLamp(judged, pipelineStatus);
      showPublished(pipelineStatus);
    } catch (error) {
      showTrouble(this.view, error, () => this.refresh());
    } finally {
      come();
    }
  }
}

const facts = (services, name) => services.find((service) => service.name === name);

/** What to make of a service: a level and a sentence. */
function judge(status, { displayName, enabled }) {
  const level = (grade, sentence) => ({ ...status, displayName, grade, sentence });
  if (!enabled) return level(POOR, "It is not being asked at present.");
  if (!status.lastSuccess) return level(POOR, "It has not been counted yet. The first run fills this in.");
  if (status.gate !== "open") return level(BAD, "The last day's readings are held back, as they cannot all be true.");
  if (status.freshnessSeconds > LATE_SECONDS) return level(BAD, `The newest counts are from ${ago(status.lastSuccess)}.`);
  if (status.coverage !== null && status.coverage < LEAST_COVERAGE)
    return level(POOR, `Only ${shareOf(status.coverage)} of the tracks were counted last.`);
  return level(GOOD, "Up to date.");
}

function panels(judged, status) {
  const demo = status.world === "demo" ? [element("p", { class: "panel" }, DEMO)] : [];
  return [...demo, element("div", { class: "cards" }, ...judged.map(serviceCard), publicationCard(status))];
}

function serviceCard(service) {
  return element(
    "section",
    { class: `card ${service.service.toLowerCase()}` },
    element("h2", {}, service.displayName),
    element("p", { class: `verdict ${service.grade}` }, service.sentence),
    service.gateReason ? element("p", { class: "quiet" }, service.gateReason) : null,
    element(
      "dl",
      { class: "facts-list" },
      fact("Last counted", ago(service.lastSuccess), time(service.lastSuccess)),
      fact("Last asked", ago(service.lastRun), time(service.lastRun)),
      fact("Tracks counted", shareOf(service.coverage)),
      fact("Readings in doubt", held(service.heldReadings)),
      fact("Unusual and not over", service.openAnomalies ? amount(service.openAnomalies, "track") : "none"),
    ),
  );
}

// They reach readers when a later day bears them out.
const held = (count) => (count ? `${number(count)}, kept back` : "none");

function publicationCard({ generation, publishedAt, undeliveredAlerts }) {
  const alerts = undeliveredAlerts ? `${amount(undeliveredAlerts, "message")} not delivered yet` : "all delivered";
  return element(
    "section",
    { class: "card" },
    element("h2", {}, "Publication"),
    element("p", { class: `verdict ${undeliveredAlerts ? POOR : GOOD}` }, publishedAt ? "Readers see the newest counts." : "Nothing is published yet."),
    element(
      "dl",
      { class: "facts-list" },
      fact("Last published", ago(publishedAt), time(publishedAt)),
      fact("Publications so far", number(generation)),
      fact("Alerts", alerts),
    ),
  );
}

function fact(name, value, title = undefined) {
  return element("div", {}, element("dt", {}, name), element("dd", { title }, value));
}

function showLamp(judged, { undeliveredAlerts }) {
  const grades = [...judged.map((service) => service.grade), undeliveredAlerts ? POOR : GOOD];
  const worst = [BAD, POOR, GOOD].find((grade) => grades.includes(grade));
  const lamp = byId("lamp");
  lamp.className = `lamp ${worst}`;
  lamp.replaceChildren(unseen(worst === GOOD ? ": all is well" : ": worth a look"));
  lamp.hidden = false;
}

function showPublished({ publishedAt, world }) {
  const when = publishedAt ? `Counts published ${ago(publishedAt)}.` : "Nothing is published yet.";
  byId("published").textContent = world === "demo" ? `${when} They come from emulated services.` : when;
}
