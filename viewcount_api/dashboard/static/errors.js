// Tells the server about errors in these scripts, so that somebody learns of them; a few a page, for one may repeat.

const URL = "/client-errors";
const MOST_REPORTS = 5;
const MOST_CHARACTERS = 2000;

let reports = 0;

/** Begin to listen. */
export function reportErrors() {
  addEventListener("error", ({ message, filename, lineno, colno, error }) =>
    report({ message, source: filename, line: lineno, column: colno, stack: error?.stack }),
  );
  addEventListener("unhandledrejection", ({ reason }) =>
    report({ message: String(reason?.message ?? reason), stack: reason?.stack }),
  );
}

function report({ message = "", source = "", line = 0, column = 0, stack = "" }) {
  if (reports >= MOST_REPORTS) return;
  reports += 1;
  const body = JSON.stringify({ message: cut(message), source: cut(source), line, column, stack: cut(stack) });
  fetch(URL, { method: "POST", headers: { "content-type": "application/json" }, body, keepalive: true }).catch(
    () => {}, // nobody is there to be told
  );
}

const cut = (text) => String(text ?? "").slice(0, MOST_CHARACTERS);
