"""Who is still without an answer: each target gets exactly one observation, whatever happens to its page."""

from collections.abc import Iterable
from datetime import datetime

from viewcount_core.records import Observation, Service, Status
from viewcount_pipeline.sources.spotify_count import Reading
from viewcount_pipeline.sources.visits import Question


class Answers:
    """The questions that are open; one that is answered is not answered again."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._open = {question.track_id: question for question in questions}

    def give(self, question: Question, reading: Reading, at: datetime) -> list[Observation]:
        """The observations of all targets that asked for this track; none if they were given before."""
        if self._open.pop(question.track_id, None) is None:
            return []
        return [
            Observation(
                isrc=target.isrc,
                service=Service.SPOTIFY,
                observed_at=at,
                status=reading.status,
                view_count=reading.view_count,
                reason=reading.reason,
                source_id=target.source_id,
                raw_text=reading.raw_text,
            )
            for target in question.targets
        ]

    def give_up(self, reason: str, at: datetime) -> list[Observation]:
        """What is open is `deferred`, or what its page said when it was asked once already."""
        given: list[Observation] = []
        for question in list(self._open.values()):
            reading, asked_at = question.failure or (Reading(Status.DEFERRED, reason=reason), at)
            given += self.give(question, reading, asked_at)
        return given
