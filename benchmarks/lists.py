"""What the lists of the API cost PostgreSQL, and what ranking them costs a publication.

python -m benchmarks.lists --tracks 100000 --rounds 9
"""

import sys
from datetime import timedelta

import click
from sqlalchemy import text

from benchmarks.day_store import LAST_DAY
from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core.database import Database
from viewcount_core.search_words import words_of
from viewcount_pipeline.rankings import rank_tracks

DAYS = 9  # a week, with a day to either side
MOST_MILLISECONDS = 20
# Some words that all tracks have, some that a seventh have, and some that hardly any has.
WORDS = """
update tracks
set search_text = 'track ' || right(isrc, 7)::integer || ' common' || hashtext(isrc) % 7 || ' rare'
    || hashtext(isrc) % 5000 || E'\\nartist ' || right(isrc, 7)::integer / 10 || E'\\n'
"""
FROM_THE_START = {"after_key": 2**63 - 1, "after_isrc": "~", "rows": 21}
LISTS: dict[str, dict[str, object]] = {
    "api/movers": {
        "service_id": 0,
        "days": 7,
        "direction": "up",
        "after_key": float("-inf"),
        "after_isrc": "",
        "rows": 21,
    },
    "api/top_tracks": FROM_THE_START,
    "api/top_tracks_by_service": {"service_id": 1, **FROM_THE_START},
    "api/pipeline_status": {"channels": []},
}
TEXTS = ("track", "track 77777", "common3", "rare12", "rare1234", "common3 rare12", "nothing", "a b c d e")


@click.command()
@click.option("--tracks", default=100_000, show_default=True)
@click.option("--rounds", default=9, show_default=True)
def main(tracks: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, rounds)))


def measure(tracks: int = 100_000, rounds: int = 9) -> list[Figure]:
    """Every list from its beginning, and searches for words that many and few tracks have."""
    with own_home() as settings, own_database(settings) as database:
        log(f"lists: storing {DAYS} days of {tracks:,} tracks x 2")
        _store(database, tracks)
        ranking = tuple(seconds_of(lambda: _rank(database)) for _ in range(3))
        settle(database)
        searches = {f"search: {words}": _search(words) for words in TEXTS}
        return [
            Figure("ranking at a publication", ranking, "s"),
            *(_figure(database, name, name, parameters, rounds) for name, parameters in LISTS.items()),
            *(_figure(database, name, "api/search_tracks", each, rounds) for name, each in searches.items()),
        ]


def _store(database: Database, tracks: int) -> None:
    store_tracks(database, tracks)
    store_days(database, tracks, LAST_DAY - timedelta(days=DAYS - 1), LAST_DAY, read_since=LAST_DAY)
    with database.engine.begin() as connection:
        connection.execute(text(WORDS))
    with database.transaction() as tx:
        tx.lock_derivation()
        tx.row("pipeline/upsert_track_trends", since=LAST_DAY)
        tx.row("pipeline/upsert_track_totals", since=LAST_DAY)


def _rank(database: Database) -> None:
    with database.transaction() as tx:
        rank_tracks(tx)


def _search(words: str) -> dict[str, object]:
    query = " & ".join(f"'{word}':*" for word in words_of(words))
    return {"title": words, "words": query, "rows": 20}


def _figure(database: Database, name: str, query: str, parameters: dict[str, object], rounds: int) -> Figure:
    def read() -> None:
        with database.transaction() as tx:
            tx.rows(query, **parameters)

    read()
    milliseconds = tuple(1000 * seconds_of(read) for _ in range(rounds))
    return Figure(name, milliseconds, "ms", at_most=MOST_MILLISECONDS)


if __name__ == "__main__":
    main()
