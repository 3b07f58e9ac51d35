"""The only place where our errors become Dagster failures: permanent or transient, decided once."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from viewcount_core.errors import ServerUnavailable, SourceUnavailable, ViewcountError

TRANSIENT = (ServerUnavailable, SourceUnavailable)


@contextmanager
def dagster_failures() -> Iterator[None]:
    """Raise `dagster.Failure` for any error of ours, retried only where another try can help."""
    try:
        yield
    except ViewcountError as error:
        raise dg.Failure(description=str(error), allow_retries=isinstance(error, TRANSIENT)) from error
