"""The only place where our errors become Dagster failures, permanent or transient, and where those are read back."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from viewcount_core.errors import (
    ConfigurationError,
    InputError,
    MigrationError,
    ServerUnavailable,
    SourceUnavailable,
    ViewcountError,
)

TRANSIENT = (ServerUnavailable, SourceUnavailable)
USER_ERRORS = {error.__name__: error for error in (ConfigurationError, InputError, MigrationError)}
# A server that restarts is back within seconds.
RETRY = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


@contextmanager
def dagster_failures() -> Iterator[None]:
    """Raise `dagster.Failure` for any error of ours, retried only where another try can help."""
    try:
        yield
    except ViewcountError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"error": type(error).__name__},
            allow_retries=isinstance(error, TRANSIENT),
        ) from error


def failure_of(result: dg.ExecuteInProcessResult) -> ViewcountError | None:
    """The error the first failed step ended with; None for a run that succeeded.

    What a person has to put right comes back as the class it was; anything else as `ServerUnavailable`.
    """
    if result.success:
        return None
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data
        if failure.user_failure_data:
            name = str(failure.user_failure_data.metadata["error"].value)
            return USER_ERRORS.get(name, ServerUnavailable)(failure.user_failure_data.description or name)
        if failure.error:
            cause = failure.error.cause or failure.error
            return ServerUnavailable(f"step {event.step_key} failed: {cause.message.strip().splitlines()[0]}")
    return ServerUnavailable("the run failed before its first step; see it in the Dagster UI")
