"""The old system's way, for comparison: for every row one select and one insert or update, through an ORM.

python -m benchmarks.row_by_row --tracks 1000 --rounds 3
"""

import sys
from datetime import date, datetime, timedelta
from functools import partial

import click
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.day_store import LAST_DAY, MONTH, store_day
from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import observations_of, settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core.database import Database
from viewcount_core.records import Observation

DAYS = 30
TABLES = 2


class Base(DeclarativeBase):
    """Of the two tables the old system had."""


class CurrentCount(Base):
    """One row of `view_counts`."""

    __tablename__ = "view_counts"
    isrc: Mapped[str] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    view_count: Mapped[int]
    last_updated: Mapped[datetime]


class Snapshot(Base):
    """One row of `historical_view_counts`."""

    __tablename__ = "historical_view_counts"
    isrc: Mapped[str] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    recorded_date: Mapped[date] = mapped_column(primary_key=True)
    view_count: Mapped[int]
    observed_at: Mapped[datetime]


@click.command()
@click.option("--tracks", default=1_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(tracks: int, rounds: int) -> None:
    """Print the figures."""
    sys.exit(report(measure(tracks, rounds)))


def measure(tracks: int = 1_000, rounds: int = 3) -> list[Figure]:
    """A day stored their way and the next one ours, by turns; rows of the two tables they have in common."""
    rows = tracks * 2 * TABLES
    theirs, ours = [], []
    with own_home() as settings, own_database(settings) as database:
        store_tracks(database, tracks)
        store_days(database, tracks, LAST_DAY - timedelta(days=DAYS - 1), LAST_DAY, read_since=MONTH)
        for number in range(rounds):
            day = LAST_DAY + timedelta(days=2 * number + 1)
            theirs.append(rows / seconds_of(partial(store_row_by_row, database, list(observations_of(day, tracks)))))
            settle(database)
            day += timedelta(days=1)
            steps = store_day(database, day, list(observations_of(day, tracks)))
            ours.append(rows / sum(seconds for _, seconds in steps))
            settle(database)
            log(f"row_by_row: round {number + 1}: {theirs[-1]:,.0f} and {ours[-1]:,.0f} rows/s")
    ratios = tuple(own / other for own, other in zip(ours, theirs, strict=True))
    return [
        Figure(f"day of {tracks:,} tracks: ours / row by row", ratios, "times"),
        Figure("  row by row through an ORM, 2 tables", tuple(theirs), "rows/s"),
        Figure("  ours, all tables, same rows counted", tuple(ours), "rows/s"),
    ]


def store_row_by_row(database: Database, observations: list[Observation]) -> None:
    """As the old script did: look, then insert or update, and commit, for each row of each table."""
    with Session(database.engine) as session:
        for o in observations:
            _store_current(session, o)
            _store_snapshot(session, o)


def _store_current(session: Session, o: Observation) -> None:
    found = session.scalar(select(CurrentCount).filter_by(isrc=o.isrc, service_id=o.service.value))
    if found is None:
        session.add(
            CurrentCount(
                isrc=o.isrc, service_id=o.service.value, view_count=o.view_count or 0, last_updated=o.observed_at
            )
        )
    else:
        found.view_count, found.last_updated = o.view_count or 0, o.observed_at
    session.commit()


def _store_snapshot(session: Session, o: Observation) -> None:
    day = o.observed_at.date()
    found = session.scalar(select(Snapshot).filter_by(isrc=o.isrc, service_id=o.service.value, recorded_date=day))
    if found is None:
        session.add(
            Snapshot(
                isrc=o.isrc,
                service_id=o.service.value,
                recorded_date=day,
                view_count=o.view_count or 0,
                observed_at=o.observed_at,
            )
        )
    else:
        found.view_count, found.observed_at = o.view_count or 0, o.observed_at
    session.commit()


if __name__ == "__main__":
    main()
