"""An answer as an HTTP response: status, media type, caching, coding."""

import asyncio

from viewcount_api.http.calls import Call
from viewcount_api.http.compression import THREAD_BYTES, WORTH_BYTES, compress
from viewcount_api.http.cors import Cors
from viewcount_api.http.negotiation import Media, acceptable_coding, forbids_identity
from viewcount_api.http.replies import Headers, Reply
from viewcount_api.http.validators import entity_tag, is_matched
from viewcount_api.requests import Answer

TYPES = {media: (b"content-type", f"{media.value}; charset=utf-8".encode()) for media in Media}
NO_STORE = (b"cache-control", b"no-store")
REVALIDATE = (b"cache-control", b"no-cache")
# Codes that say something of the server and not of the request.
STATUSES = {"RATE_LIMITED": 429, "REQUEST_TIMEOUT": 503, "UNAUTHENTICATED": 401}
BEARER = (b"www-authenticate", b"Bearer")


def status_of(call: Call, answer: Answer) -> int:
    """By the specification: 200 once anything was executed; else as the media type wants it.

    Readers of `application/json` find errors in the body only; intermediaries may have put another body in its place
    when the status is no 200. The newer type is nobody else's, so its status may tell.
    """
    if answer.is_executed:
        return 200
    for code in answer.codes:
        if code in STATUSES:
            return STATUSES[code]
    return 400 if call.media is Media.GRAPHQL else 200


class Writer:
    """Writes responses with headers that are made once."""

    def __init__(self, max_age_seconds: int, cors: Cors) -> None:
        self._cors = cors
        self._fresh = (b"cache-control", f"public, max-age={max_age_seconds}".encode())
        self._vary = (b"vary", b"Accept, Accept-Encoding, Origin" if cors.varies else b"Accept, Accept-Encoding")

    async def reply(self, call: Call, answer: Answer) -> Reply:
        """The response to a request that was understood."""
        reply = self.plain(call, answer, status_of(call, answer))
        coding = self._coding(call, answer.body)
        if call.is_reading and answer.is_executed and not answer.codes:
            reply.headers += self._caching(answer, coding)
            if self._is_known(call, reply):
                return Reply(304, b"", reply.headers[1:])
        if coding:
            reply.body = await _compressed(answer.body, coding)
            reply.headers.append((b"content-encoding", coding.encode()))
        return reply

    def plain(self, call: Call, answer: Answer, status: int, headers: Headers = ()) -> Reply:
        """The response as it is; whoever keeps responses must not keep one that says that something is wrong."""
        kept = [TYPES[Media.GRAPHQL if call.media is Media.GRAPHQL else Media.JSON], *headers]
        if call.is_reading:
            kept.append(self._vary)
        elif self._cors.varies:
            kept.append((b"vary", b"Origin"))
        if answer.codes or not answer.is_executed:
            kept.append(NO_STORE)
        if answer.retry_after_seconds is not None:
            kept.append((b"retry-after", b"%d" % answer.retry_after_seconds))
        if status == 401:
            kept.append(BEARER)
        kept += self._cors.headers(call.headers.get(b"origin"))
        return Reply(status, answer.body, kept)

    def _caching(self, answer: Answer, coding: str | None) -> list[tuple[bytes, bytes]]:
        # Without a generation nobody can say how old the numbers are: they are asked for again each time.
        policy = REVALIDATE if answer.generation is None else self._fresh
        return [(b"etag", entity_tag(answer.body, coding)), policy]

    def _is_known(self, call: Call, reply: Reply) -> bool:
        wanted = call.headers.get(b"if-none-match")
        return wanted is not None and is_matched(dict(reply.headers)[b"etag"], wanted)

    def _coding(self, call: Call, body: bytes) -> str | None:
        accepted = call.headers.get(b"accept-encoding")
        if not accepted or (len(body) < WORTH_BYTES and not forbids_identity(accepted)):
            return None
        return acceptable_coding(accepted)


async def _compressed(body: bytes, coding: str) -> bytes:
    if len(body) >= THREAD_BYTES:
        return await asyncio.to_thread(compress, body, coding)
    return compress(body, coding)
