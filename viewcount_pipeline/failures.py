"""The only place where our errors become Dagster failures, permanent or transient, and where those are read back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster_shared.error import SerializableErrorInfo

from viewcount_core.errors import (
    ConfigurationError,
    InputError,
    MigrationError,
    ServerUnavailable,
    ViewcountError,
)

# Sources try again by themselves, and the schedule later: a step that is repeated would only ask a third time.
TRANSIENT = (ServerUnavailable,)
USER_ERRORS = {error.__name__: error for error in (ConfigurationError, InputError, MigrationError)}
# A server that restarts is back within seconds.
RETRIES, RETRY_SECONDS = 2, 3.0


@contextmanager
def dagster_failures() -> Iterator[None]:
    """Turn an error of ours into a retry of the step where another try can help, else into its failure.

    Steps have no retry policy of Dagster's: that would also repeat a step which a person interrupted.
    """
    try:
        yield
    except TRANSIENT as error:
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_SECONDS) from error
    except ViewcountError as error:
        raise dg.Failure(
            description=str(error), metadata={"error": type(error).__name__}, allow_retries=False
        ) from error


def failure_of(result: dg.ExecuteInProcessResult) -> ViewcountError | None:
    """The error the first failed step ended with; None for a run that succeeded.

    What a person has to put right comes back as the class it was; anything else as `ServerUnavailable`.
    """
    if result.success:
        return None
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data.user_failure_data
        if failure:
            name = str(failure.metadata["error"].value)
            return USER_ERRORS.get(name, ServerUnavailable)(failure.description or name)
        break
    return ServerUnavailable(
        reason_of(result.filter_events(lambda event: event.is_step_failure or event.is_job_failure))
    )


def reason_of(events: Iterable[dg.DagsterEvent]) -> str:
    """Why a run failed, from the failures of its steps and its own, in the order in which they happened."""
    failures = list(events)
    for event in failures:
        if event.is_step_failure:
            failure = event.step_failure_data
            said = failure.user_failure_data.description if failure.user_failure_data else None
            return said or _root_message(failure.error) or f"step {event.step_key} failed"
    for event in failures:
        if reason := _root_message(event.job_failure_data.error) or event.message:
            return reason
    return "the run failed and left no reason; see it in the Dagster UI"


def was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether the run ended because somebody interrupted this process."""
    return any(
        event.job_failure_data.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION
        for event in result.filter_events(lambda event: event.is_job_failure)
    )


def _root_message(error: SerializableErrorInfo | None) -> str:
    """First line of what lies at the bottom of a chain of errors, without the name of our class."""
    while error and error.cause:
        error = error.cause
    if error is None:
        return ""
    line = (error.message.strip() or "?").splitlines()[0]
    return line.removeprefix(f"{ViewcountError.__module__}.").partition(": ")[2] or line
