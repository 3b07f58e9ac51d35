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
    { class: anomaly.state },
    element("time", { datetime: anomaly.date }, day(anomaly.date)),
    element("span", { class: `service ${anomaly.service.toLowerCase()}` }, SERVICES[anomaly.service]),
    element("span", { class: "what" }, element("strong", {}, kindInWords(anomaly.kind)), ` ${numbers(anomaly)}`),
    element("span", { class: "tag" }, outcome(anomaly)),
  );
}

function numbers({ observed, expectedLow, expectedHigh }) {
  const seen = observed === null ? "" : `counted ${number(observed)}`;
  if (expectedLow === null || expectedHigh === null) return seen;
  return `${seen}${seen && ", "}expected ${number(expectedLow)} to ${number(expectedHigh)}`;
}

// An error is what readers do not get to see; a warning is believed although unusual.
function outcome({ severity, state }) {
  if (state !== "open") return "over";
  return severity === "error" ? "being checked" : "going on";
}
