// One way to the API: a query in, its data out, or an error that can be shown.

const URL = "/graphql";
const PATIENCE_MS = 20_000;

/** Carries words for people and whether trying again may help; `detail` is for whoever runs the server. */
export class ApiError extends Error {
  constructor(message, { detail = "", code = "", again = true } = {}) {
    super(message);
    this.name = "ApiError";
    this.detail = detail;
    this.code = code;
    this.again = again;
  }
}

/** The data that answers a query. Throw `ApiError`; or `AbortError` when `signal` says that nobody waits any more. */
export async function ask(query, variables = {}, signal = undefined) {
  const response = await send(JSON.stringify({ query, variables }), signal);
  const answer = await read(response);
  if (answer === null || typeof answer !== "object") throw unusable(response);
  if (answer.errors?.length) throw failure(answer.errors[0], response);
  if (!answer.data) throw unusable(response);
  return answer.data;
}

async function send(body, signal) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await fetch(URL, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw away(error);
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unusable(response);
  }
}

function away(error) {
  if (!navigator.onLine) return new ApiError("You seem to be offline.", { code: "OFFLINE" });
  if (error.name === "TimeoutError") return new ApiError("The answer takes too long.", { code: "TIMEOUT" });
  return new ApiError("The server does not answer.", { code: "AWAY" });
}

function failure(error, response) {
  const code = error.extensions?.code ?? "";
  const detail = error.extensions?.id ? `Error ${error.extensions.id}` : error.message;
  if (code === "RATE_LIMITED" || response.status === 429)
    return new ApiError("These were many questions in a short time. Please wait a moment.", { code, detail });
  if (code === "SERVICE_UNAVAILABLE")
    return new ApiError("The counts cannot be read at the moment.", { code, detail });
  if (code === "BAD_USER_INPUT") return new ApiError(error.message, { code, again: false });
  return new ApiError("The server could not answer this.", { code, detail });
}

const unusable = (response) =>
  new ApiError("The server could not answer this.", { detail: `HTTP ${response.status}`, code: "UNUSABLE" });
