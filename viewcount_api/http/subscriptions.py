"""What a client hears of an operation it wants as events: one result, or each publication for a subscription."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

from viewcount_api.execution.engine import Engine
from viewcount_api.http.event_stream import COMMENT, COMPLETE, next_event
from viewcount_api.reading.publications import Publication, Publications
from viewcount_api.requests import Answer, GraphQLRequest

# Often enough for proxies that close what is silent for a minute or half of one.
COMMENT_SECONDS = 15.0
ANY_PUBLICATION = Publication(0, None)


class Subscriptions:
    """Subscriptions of this process, a bounded number at once."""

    def __init__(self, engine: Engine, publications: Publications, most: int) -> None:
        self._engine = engine
        self._publications = publications
        self._most = most

    @property
    def are_too_many(self) -> bool:
        """Whether no other may be opened."""
        return self._publications.listeners >= self._most

    def end(self) -> None:
        """End all of them, as the server stops."""
        self._publications.end()

    async def result(self, answer: Answer) -> AsyncGenerator[bytes]:
        """The events of an operation that has one result."""
        yield next_event(answer.body)
        yield COMPLETE

    async def events(self, request: GraphQLRequest) -> AsyncGenerator[bytes]:
        """The events of a subscription: until the server stops, or at once when it cannot be executed."""
        trial = await self._answer(request, ANY_PUBLICATION)
        if trial.codes:
            yield next_event(trial.body)
        else:
            async with self._publications.heard() as heard:
                async for event in self._told(request, heard):
                    yield event
        yield COMPLETE

    async def _told(self, request: GraphQLRequest, heard: asyncio.Queue[Publication | None]) -> AsyncIterator[bytes]:
        yield COMMENT
        while True:
            try:
                async with asyncio.timeout(COMMENT_SECONDS):
                    publication = await heard.get()
            except TimeoutError:
                yield COMMENT
                continue
            if publication is None:
                return
            yield next_event((await self._answer(request, publication)).body)

    async def _answer(self, request: GraphQLRequest, publication: Publication) -> Answer:
        return await self._engine.answer(replace(request, publication=publication, may_mutate=True))
