"""How many readings and growths of a day are unusual for their track, or cannot be true at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, Numbers, not_judged, warming_up
from viewcount_pipeline.checks.service_day import JudgedDay, ServiceDay, closed_day, no_counts, too_early


@dataclass(frozen=True, slots=True)
class Growth(JudgedDay):
    """Snapshots of one service's day, those that have a growth, and those of them that are flagged.

    `known_days` is how many open days before it have counts; `wrong` are snapshots whose growth does not lead back to
    the one before.
    """

    known_days: int
    snapshots: int
    growths: int
    flagged: int
    wrong: int


def judge_readings(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """Any flagged, held or rejected reading warns.

    More than 20 held and rejected ones, and than 0.1 percent of those read, are an error; so is a day of rejected ones.
    """
    today = days[-1]
    if closed := closed_day(today):
        return closed
    if not (today.held or today.flagged or today.rejected):
        nothing_found = f"none of {today.ok:,} counts is unusual"
        nothing = no_counts(today) or too_early(today.known_days, nothing_found)
        return nothing or Judgment(Level.FINE, nothing_found, _numbers(today, settings))
    return Judgment(
        _level(today, settings),
        "; ".join(_unusual(today, settings)),
        _numbers(today, settings),
        tracks=max(today.flagged, today.held) + today.rejected,
    )


def _limit(today: ServiceDay, settings: Settings) -> float:
    return max(settings.check_held_least, settings.check_held_share * today.ok)


def _numbers(today: ServiceDay, settings: Settings) -> Numbers:
    return {
        "flagged": today.flagged,
        "held_back": today.held,
        "rejected": today.rejected,
        "read": today.ok,
        "held_limit": round(_limit(today, settings), 2),
    }


def _level(today: ServiceDay, settings: Settings) -> Level:
    if today.held + today.rejected > _limit(today, settings) or not today.usable:
        return Level.ERROR
    return Level.WARNING


def _unusual(today: ServiceDay, settings: Settings) -> list[str]:
    said, limit = [], _limit(today, settings)
    if today.rejected:
        said.append(f"{today.rejected:,} of {today.ok:,} counts cannot be true (negative, or above 2^53): rejected")
    if today.held > limit:
        said.append(f"{today.held:,} of {today.ok:,} counts held back, more than {limit:,.0f}")
    elif today.held or today.flagged:
        said.append(f"{today.flagged:,} of {today.ok:,} counts are unusual, {today.held:,} of them held back")
    return said


def judge_growth(days: Sequence[Growth], settings: Settings) -> Judgment:
    """Any flagged growth warns."""
    del settings
    today = days[-1]
    numbers = {"growths": today.growths, "flagged": today.flagged}
    if nothing := closed_day(today) or no_growth(today):
        return nothing
    if today.flagged:
        sentence = f"{today.flagged:,} of {today.growths:,} growths are unusual"
        return Judgment(Level.WARNING, sentence, numbers, tracks=today.flagged)
    nothing_found = f"none of {today.growths:,} growths is unusual"
    return too_early(today.known_days, nothing_found) or Judgment(Level.FINE, nothing_found, numbers)


def no_growth(day: Growth) -> Judgment | None:
    """That the day has no growth, and why; None when it has."""
    if day.growths:
        return None
    if day.snapshots:
        return warming_up(f"none of {day.snapshots:,} snapshots has one before it to grow from", growths=0)
    return no_counts(day) or not_judged("no count of this day is believed yet, so none has grown", growths=0)
