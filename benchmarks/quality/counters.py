"""One counter through its days: what it really is, what is shown of it, and on which days it is read."""

from dataclasses import dataclass, field
from itertools import accumulate
from statistics import median

from benchmarks.quality.songs import Song

PACE_DAYS = 8


@dataclass(frozen=True, slots=True)
class Event:
    """One fault. `days` are those it touches, `pace` the plays a day that were usual before."""

    number: int
    kind: str
    days: range
    pace: float


@dataclass
class Counter:
    """Lists by day, counted from 0. Faults change `levels` (the service itself errs) or `shown` (the reading does)."""

    song: Song
    shown_days: list[int]
    """For each day the one up to which the service has counted; earlier than the day itself where it is stale."""
    plays: list[int] = field(init=False)
    levels: list[int] = field(init=False)
    shown: list[int] = field(default_factory=list)
    read: list[bool] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    burst_days: list[int] = field(default_factory=list)
    viral_days: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plays = list(self.song.plays)
        self.count()

    @property
    def days(self) -> int:
        """Length of the window."""
        return len(self.plays)

    def count(self) -> None:
        """Make the levels those of the plays."""
        self.levels = list(accumulate(self.plays, initial=self.song.before))[1:]

    def move(self, day: int, amount: int) -> None:
        """Add to the level of that day and all later ones; a counter does not go below nothing."""
        for later in range(day, self.days):
            self.levels[later] = max(0, self.levels[later] + amount)

    def show(self) -> None:
        """Show the levels, on stale days the last ones before."""
        self.shown = [self.levels[day] for day in self.shown_days]

    def pace(self, day: int) -> float:
        """Median plays of the days before."""
        return median(self.plays[max(0, day - PACE_DAYS) : day])

    def is_stale(self, day: int) -> bool:
        """Whether the service stood still."""
        return self.shown_days[day] < day

    def first_reading_of(self, day: int) -> int | None:
        """The first day whose reading shows the level of `day` or a later one."""
        return next((at for at in range(day, self.days) if self.read[at] and self.shown_days[at] >= day), None)

    def first_fresh_reading(self, day: int) -> int | None:
        """The first day from `day` on that was read and was not stale."""
        return next((at for at in range(day, self.days) if self.read[at] and not self.is_stale(at)), None)

    def last_reading_before(self, day: int) -> int | None:
        """The last day before `day` that was read."""
        return next((at for at in range(day - 1, -1, -1) if self.read[at]), None)
