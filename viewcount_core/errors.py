"""Every error this project raises on purpose, as one tree.

ViewcountError
├── ConfigurationError      a setting is missing or wrong; names the variable and a valid value
├── InputError              a file, row set or argument cannot be used; nothing was changed
├── MigrationError          the database's schema is not ours, or a migration failed; names the file
├── ServerUnavailable       PostgreSQL, the cache, a browser or room on the disk is lacking; running again completes
└── SourceError             a music service; carries its name, never a key
    ├── SourceUnavailable   timeout, 408, 429, 5xx: worth another try after a pause
    ├── QuotaExhausted      nothing more to be had before the quota resets
    └── SourceRejected      any other refusal, or a page that changed: a person must look

A removed video or a hidden count is not an error: it is an answer, and stored as one.
"""

from viewcount_core.records import Service


class ViewcountError(Exception):
    """Base of all errors raised on purpose; its text is fit for a person to read."""


class ConfigurationError(ViewcountError):
    """A setting is missing or wrong."""


class InputError(ViewcountError):
    """Something handed in cannot be used; what was there before is untouched."""


class MigrationError(ViewcountError):
    """The schema is not the one this code knows, or could not be made so."""


class ServerUnavailable(ViewcountError):
    """A server this process needs does not answer, or the machine lacks what it takes."""


class SourceError(ViewcountError):
    """A music service did not give an answer."""

    def __init__(self, service: Service, message: str) -> None:
        super().__init__(f"{service.label}: {message}")
        self.service = service


class SourceUnavailable(SourceError):
    """Transient: the same question may be answered later.

    `retry_after_seconds` is what the service asked for, when it did.
    """

    def __init__(self, service: Service, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(service, message)
        self.retry_after_seconds = retry_after_seconds


class QuotaExhausted(SourceError):
    """The day's quota is spent; what is left has to wait for the reset."""


class SourceRejected(SourceError):
    """Permanent: a wrong key, a closed door or a changed page."""
