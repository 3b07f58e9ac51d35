// Asks a running server all that the authors of GraphQL over HTTP ask, and prints one JSON object an audit.
//
//     node tests/graphql_http_audits.mjs http://127.0.0.1:8000/graphql

import { serverAudits } from "graphql-http";

const url = process.argv[2];

for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { status, reason = "" } = await audit.fn();
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason: String(reason) }));
}
process.exit(0);
