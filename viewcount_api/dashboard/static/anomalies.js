// Anomalies in words. The kinds are those of the verdicts, which docs/data-quality.md explains.

import { element } from "./elements.js";
import { day, number } from "./format.js";
import { SERVICES } from "./services.js";

const KINDS = {
  zero: "Shown as zero",
  unit_error: "Shown in the wrong unit",
  decrease: "Fell",
  jump: "Jumped",
  correction: "Corrected downwards by the service",
  spike: "Grew far more than usual",
  drop: "Grew far less than usual",
  stuck: "Stood still",
  dormant: "Stands still",
  gone: "Not shown any more",
};

/** What happened, in a few words. */
export const kindInWords = (kind) => KINDS[kind] ?? kind.replaceAll("_", " ");

/** A list of them, newest first as they come. */
export function anomalyList(anomalies) {
  return element("ul", { class: "anomalies" }, ...anomalies.map(item));
}

function item(anomaly) {
  return element(
    "li",
    { class: anomaly.state === "OPEN" || anomaly.state === "open" ? "open" : "closed" },
    element("time", { datetime: anomaly.date }, day(anomaly.date)),
    element("span", { class: `service ${anomaly.service.toLowerCase()}` }, SERVICES[anomaly.service]),
    element("span", { class: "what" }, element("strong", {}, kindInWords(anomaly.kind)), ` ${numbers(anomaly)}`),
    element("span", { class: "tag" }, outcome(anomaly)),
  );
}

function numbers({ observed, expectedLow, expectedHigh }) {
  const seen = observed === null ? "" : `${number(observed)} was read`;
  if (expectedLow === null || expectedHigh === null) return seen;
  return `${seen}${seen && "; "}${number(expectedLow)} to ${number(expectedHigh)} was expected`;
}

// An error is what readers do not get to see; a warning is believed although unusual.
function outcome({ severity, state }) {
  if (state.toLowerCase() !== "open") return "over";
  return severity.toLowerCase() === "error" ? "being checked" : "going on";
}
