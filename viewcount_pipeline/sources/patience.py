"""How long a call to a service is tried again: exponential pauses with jitter, never less than the service asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from tenacity import RetryCallState, Retrying, retry_if_exception_type, sleep_using_event
from tenacity.wait import wait_random_exponential

from viewcount_core import clock
from viewcount_core.errors import SourceUnavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds of trying: `attempts` in all, pauses that grow from `first_pause_seconds`, none above the longest.

    A service that asks for a longer pause than the longest is not tried again by the same call.
    """

    attempts: int = 5
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0
    timeout_seconds: float = 20.0

    def retrying(self, woken: Event, deadline: datetime) -> Retrying:
        """Calls a function until it does not raise `SourceUnavailable`; its last error is raised in the end.

        No pause reaches past `deadline`; `woken` ends a pause early, for a last look at whether to go on.
        """
        return Retrying(
            sleep=sleep_using_event(woken),
            wait=self._wait(),
            stop=self._stop(deadline),
            retry=retry_if_exception_type(SourceUnavailable),
            reraise=True,
        )

    def _wait(self) -> Callable[[RetryCallState], float]:
        # "Full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        jittered = wait_random_exponential(self.first_pause_seconds, self.longest_pause_seconds)
        return lambda state: jittered(state) + (_retry_after_seconds(state) or 0.0)

    def _stop(self, deadline: datetime) -> Callable[[RetryCallState], bool]:
        def is_over(state: RetryCallState) -> bool:
            return (
                state.attempt_number >= self.attempts
                or (_retry_after_seconds(state) or 0.0) > self.longest_pause_seconds
                or clock.utc_now() + timedelta(seconds=state.upcoming_sleep) >= deadline
            )

        return is_over


def _retry_after_seconds(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after_seconds if isinstance(error, SourceUnavailable) else None
