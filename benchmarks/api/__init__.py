"""What the read API costs and withstands: server CPU beside a bare app, latencies under load, lost servers, memory."""
