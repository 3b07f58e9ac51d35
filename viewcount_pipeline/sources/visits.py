"""Which pages to visit for which targets, in what order, and which of them again."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from viewcount_core.records import Target
from viewcount_pipeline.sources.spotify_count import Reading


@dataclass(eq=False, slots=True)
class Question:
    """One track id and all targets that ask for it."""

    track_id: str
    targets: list[Target] = field(default_factory=list)
    failure: tuple[Reading, datetime] | None = None  # what its own page said the first time, when that may pass

    @property
    def titles(self) -> list[str]:
        return [target.title for target in self.targets if target.title]


@dataclass(eq=False, slots=True)
class Visit:
    """One page to open: a track's own, or an album's for several tracks."""

    kind: str  # track or album, as in the address
    page_id: str
    questions: list[Question]
    losses: int = 0

    @property
    def path(self) -> str:
        return f"/{self.kind}/{quote(self.page_id, safe='')}"


class VisitQueue:
    """The visits still to make: first tries, then second ones, then suspects one at a time.

    A suspect was open when a whole browser died; alone, it can be told from its neighbours.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._first = deque(plan_visits(targets))
        self.questions = [question for visit in self._first for question in visit.questions]
        self._second: deque[Visit] = deque()
        self._suspects: deque[Visit] = deque()
        self._open: set[Visit] = set()
        self._alone: Visit | None = None

    def __bool__(self) -> bool:
        return bool(self._first or self._second or self._suspects)

    def take(self) -> Visit | None:
        """The next visit to make, None when there is none or the one under way must stay alone."""
        if self._alone:
            return None
        if self._first or self._second:
            visit = (self._first or self._second).popleft()
        elif self._suspects and not self._open:
            visit = self._alone = self._suspects.popleft()
        else:
            return None
        self._open.add(visit)
        return visit

    def close(self, visit: Visit) -> None:
        """The visit is over, whatever came of it."""
        self._open.discard(visit)
        self._alone = None if self._alone is visit else self._alone

    def add_tracks(self, questions: Sequence[Question]) -> None:
        """Ask for these by their own pages, next."""
        self._first.extendleft(Visit("track", question.track_id, [question]) for question in reversed(questions))

    def add_second(self, visit: Visit) -> None:
        """Visit again when all first tries are over."""
        self._second.append(visit)

    def add_suspect(self, visit: Visit) -> None:
        """Visit again when nothing else is open."""
        self._suspects.append(visit)

    def drop_second(self) -> list[Visit]:
        """Give up second tries."""
        dropped = list(self._second)
        self._second.clear()
        return dropped


def plan_visits(targets: Iterable[Target]) -> list[Visit]:
    """One page a track, or an album page for tracks that share an album, in the order of their first targets."""
    questions: dict[str, Question] = {}
    albums: dict[str, str] = {}
    for target in targets:
        questions.setdefault(target.source_id, Question(target.source_id)).targets.append(target)
        if target.album_id:
            albums.setdefault(target.source_id, target.album_id)
    sizes = Counter(albums.values())
    visits: dict[tuple[str, str], Visit] = {}
    for track_id, question in questions.items():
        album_id = albums.get(track_id)
        kind, page_id = ("album", album_id) if album_id and sizes[album_id] > 1 else ("track", track_id)
        visits.setdefault((kind, page_id), Visit(kind, page_id, [])).questions.append(question)
    return list(visits.values())
