"""How much a message matters."""

from enum import StrEnum


class Severity(StrEnum):
    """Least first; also the type `alert_severity` of the database."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)
