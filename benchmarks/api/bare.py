"""The least there is: an app that gets one value from Redis and sends it. `python -m benchmarks.api.bare URL PORT`."""

import sys

import redis.asyncio
import uvicorn
from starlette.types import Receive, Scope, Send

KEY = "bare"


class Bare:
    """Answers everything with the value of `KEY`."""

    def __init__(self, url: str) -> None:
        self._redis = redis.asyncio.Redis.from_url(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        while (await receive()).get("more_body"):
            pass
        body = await self._redis.get(KEY)
        assert isinstance(body, bytes), "nothing was put there yet"
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(Bare(sys.argv[1]), port=int(sys.argv[2]), lifespan="off", access_log=False, log_level="warning")
