"""The tables that can be exported, their columns, and which of their rows are wanted."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import pyarrow as pa

from viewcount_core.database import Chunk, Transaction
from viewcount_core.records import Service


@dataclass(frozen=True, slots=True)
class Table:
    """One export: the query of its rows in order, the types of its columns outside CSV, parameters of its own."""

    query: str
    columns: dict[str, pa.DataType] = field(compare=False)
    parameters: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows: days are UTC and inclusive; None and no ISRC mean all."""

    first_day: date | None = None
    last_day: date | None = None
    isrcs: tuple[str, ...] = ()
    service: Service | None = None


class Tier(StrEnum):
    """How unusual a reading has to be."""

    STRICT = "strict"
    SENSITIVE = "sensitive"  # movers too


HISTORY = Table(
    "pipeline/history_by_day",
    {
        "isrc": pa.string(),
        "service": pa.string(),
        "date": pa.date32(),
        "view_count": pa.int64(),
        "delta_count": pa.int64(),
        "delta_days": pa.int16(),
        "quality": pa.string(),
    },
)
OBSERVATIONS = Table(
    "pipeline/observations_by_instant",
    {
        "isrc": pa.string(),
        "service": pa.string(),
        "observed_at": pa.timestamp("us", tz="UTC"),
        "view_count": pa.int64(),
        "status": pa.string(),
        "origin": pa.string(),
        "verdict": pa.string(),
    },
)


def anomalies_of(tier: Tier) -> Table:
    """The flagged track-days, and for the sensitive tier those that moved unusually."""
    return Table(
        "pipeline/anomalies_by_day",
        {
            "isrc": pa.string(),
            "service": pa.string(),
            "date": pa.date32(),
            "kind": pa.string(),
            "tier": pa.string(),
            "severity": pa.string(),
            "observed": pa.int64(),
            "expected_low": pa.int64(),
            "expected_high": pa.int64(),
            "state": pa.string(),
        },
        {"tier": tier.value},
    )


def stream_csv(tx: Transaction, table: Table, rows: Rows) -> Generator[Chunk]:
    """The wanted rows as CSV with a header, in chunks."""
    return tx.csv(
        table.query,
        first_day=rows.first_day,
        last_day=rows.last_day,
        isrcs=list(rows.isrcs) or None,
        service_id=rows.service.value if rows.service else None,
        **table.parameters,
    )
