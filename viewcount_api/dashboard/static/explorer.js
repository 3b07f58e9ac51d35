// Sends what is in the form and shows what comes back.

const HISTORY = "viewcount explorer";
const KEPT = 20;
const FIELDS = `{
  __schema {
    types { name description fields { name description args { name description } } }
  }
}`;

const form = document.querySelector("form");
const query = document.getElementById("query");
const variables = document.getElementById("variables");
const headers = document.getElementById("headers");
const history = document.getElementById("history");
const status = document.getElementById("status");
const answer = document.getElementById("answer");

let asking = new AbortController();

async function send() {
  // A stream of before would go on into the next answer.
  asking.abort();
  asking = new AbortController();
  answer.textContent = "…";
  status.textContent = "";
  try {
    const body = { query: query.value, variables: JSON.parse(variables.value || "{}") };
    const own = JSON.parse(headers.value || "{}");
    remember();
    await show(
      await fetch("/graphql", {
        method: "POST",
        headers: { accept: "application/graphql-response+json, text/event-stream", ...own, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: asking.signal,
      }),
    );
  } catch (error) {
    if (error.name === "AbortError") return;
    answer.textContent = error instanceof SyntaxError ? `Not JSON: ${error.message}` : "The API does not answer.";
  }
}

async function show(response) {
  status.textContent = `${response.status} ${response.statusText}`;
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) return showEvents(response);
  answer.textContent = JSON.stringify(await response.json(), null, 2);
}

// A subscription goes on until the page is left or the server stops.
async function showEvents(response) {
  answer.textContent = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) answer.textContent += text;
}

// Headers may hold a key and are not kept.
function remember() {
  const sent = { query: query.value, variables: variables.value };
  const others = recall().filter((one) => one.query !== sent.query || one.variables !== sent.variables);
  try {
    localStorage.setItem(HISTORY, JSON.stringify([sent, ...others].slice(0, KEPT)));
  } catch {
    return; // a browser that keeps nothing
  }
  list();
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(HISTORY)) ?? [];
  } catch {
    return [];
  }
}

function list() {
  const sent = recall();
  const first = new Option(sent.length ? "choose" : "none yet", "");
  const options = sent.map((one, place) => new Option(one.query.replace(/\s+/g, " ").slice(0, 60), place));
  history.replaceChildren(first, ...options);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
history.addEventListener("change", () => {
  const sent = recall()[history.value];
  if (sent) [query.value, variables.value] = [sent.query, sent.variables];
});
document.getElementById("fields").addEventListener("click", () => {
  query.value = FIELDS;
  variables.value = "{}";
  send();
});
list();
