"""De-duplication: what of all that was found is news, what is known, and what is over. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from viewcount_pipeline.alerts.sentences import check_failed, run_failed
from viewcount_pipeline.alerts.troubles import CheckResult, FinishedRun, Incident, Key, Kind, Trouble

# What a run of today or of last night finds about these days is today's trouble; about older ones it is history.
RECENT = timedelta(days=1)

Failure = tuple[str, str]  # subject of a check, partition


@dataclass(slots=True)
class Judgement:
    """What follows from one run, or from one look at the state of things.

    `opened`, `worsened` and `past` are told in one message, `cleared` in another. `past` are failed checks of days long
    gone, which a rebuild found: news once, and nothing that is open. `passed` are checks that clear earlier failures.
    """

    opened: list[Trouble] = field(default_factory=list)
    worsened: list[tuple[Incident, Trouble]] = field(default_factory=list)
    continued: list[tuple[Incident, Trouble]] = field(default_factory=list)
    past: list[Trouble] = field(default_factory=list)
    known: list[Trouble] = field(default_factory=list)
    cleared: list[Incident] = field(default_factory=list)
    passed: list[Failure] = field(default_factory=list)
    found: Collection[Key] = ()

    def add(self, trouble: Trouble, incident: Incident | None) -> None:
        """Sort one trouble in, given the incident of its kind and subject that is open; not what was `found` before."""
        if trouble.key in self.found:
            return
        if incident is None:
            self.opened.append(trouble)
        elif trouble.severity.rank > incident.severity.rank:
            self.worsened.append((incident, trouble))
        else:
            self.continued.append((incident, trouble))


def judge_run(
    run: FinishedRun,
    tracks: int | None,
    incidents: Mapping[Key, Incident],
    known: Collection[Failure],
    found: Collection[Key] = (),
) -> Judgement:
    """What one finished run means. `tracks` is how many its job is about.

    `known` are failures of checks that were found and not cleared, `found` the troubles of this very run that were.
    """
    judgement = Judgement(found=found)
    own = incidents.get((Kind.FAILED_RUN, run.job))
    if run.succeeded is False:
        judgement.add(run_failed(run, tracks), own)
    elif run.succeeded and own and own.last_seen_at < run.ended_at:
        judgement.cleared.append(own)
    for results in _by_subject(run.checks).values():
        _judge_check(judgement, run, results, incidents.get((Kind.FAILED_CHECK, results[-1].subject)), known)
    return judgement


def judge_state(troubles: Sequence[Trouble], incidents: Mapping[Key, Incident], now: datetime) -> Judgement:
    """What the state of things means: what is not found any more is over, and what no run has shown for long."""
    judgement = Judgement()
    for trouble in troubles:
        judgement.add(trouble, incidents.get(trouble.key))
    found = {trouble.key for trouble in troubles}
    judgement.cleared = [
        one for key, one in incidents.items() if (one.is_forgotten(now) if one.is_of_runs else key not in found)
    ]
    return judgement


def _judge_check(
    judgement: Judgement,
    run: FinishedRun,
    results: Sequence[CheckResult],
    incident: Incident | None,
    known: Collection[Failure],
) -> None:
    """Sort in all results of one check, in the order of their partitions."""
    latest = results[-1]
    judgement.passed += [(result.subject, result.partition) for result in results if result.passed]
    failed = [result for result in results if not result.passed]
    if latest.passed:
        if incident and incident.partition <= latest.partition and incident.last_seen_at < run.ended_at:
            judgement.cleared.append(incident)
    elif incident.partition <= latest.partition if incident else _is_recent(latest.partition, run.ended_at):
        judgement.add(check_failed(_since_first(failed.pop(), results), run), incident)
    for result in failed:
        is_known = (result.subject, result.partition) in known or (Kind.FAILED_CHECK, result.subject) in judgement.found
        (judgement.known if is_known else judgement.past).append(check_failed(result, run))


def _since_first(latest: CheckResult, results: Sequence[CheckResult]) -> CheckResult:
    """The latest of results, since the first of those that failed without a pass between."""
    failed = takewhile(lambda result: not result.passed, reversed(results))
    return replace(latest, since=min(filter(None, (result.first_day for result in failed)), default=None))


def _by_subject(results: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    """Results by check, in the order of their partitions; the last evaluation of a partition counts."""
    last = {(result.subject, result.partition): result for result in results}
    found: dict[str, list[CheckResult]] = {}
    for (subject, _), result in sorted(last.items(), key=lambda item: item[0]):
        found.setdefault(subject, []).append(result)
    return found


def _is_recent(partition: str, at: datetime) -> bool:
    try:
        return date.fromisoformat(partition) >= (at - RECENT).date()
    except ValueError:
        return True  # about no day: it is about now
