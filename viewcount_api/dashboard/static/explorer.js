// Sends what is in the form and shows what comes back.
const form = document.querySelector("form");
const query = document.getElementById("query");
const variables = document.getElementById("variables");
const answer = document.getElementById("answer");

const FIELDS = `{
  __schema {
    types { name description fields { name description args { name description } } }
  }
}`;

async function send() {
  answer.textContent = "…";
  try {
    const body = { query: query.value, variables: JSON.parse(variables.value || "{}") };
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = error instanceof SyntaxError ? `Not JSON: ${error.message}` : "The API does not answer.";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
document.getElementById("fields").addEventListener("click", () => {
  query.value = FIELDS;
  variables.value = "{}";
  send();
});
