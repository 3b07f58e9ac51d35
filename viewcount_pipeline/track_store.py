"""Puts a catalog into the tracks table: all of it or nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from viewcount_core.database import Database, Transaction
from viewcount_core.errors import InputError
from viewcount_core.search_words import search_text
from viewcount_pipeline.catalog.contents import public_location
from viewcount_pipeline.catalog.reading import Catalog
from viewcount_pipeline.catalog.rows import CatalogTrack, RejectedRow

LARGEST_SHRINK = 0.20


@dataclass(frozen=True, slots=True)
class CatalogOrigin:
    """Where a catalog comes from, and whether a person named it for this database."""

    location: str
    is_adopted: bool = False
    is_sample: bool = False

    @property
    def shown(self) -> str:
        """The location without user, password or query, fit to be stored."""
        return public_location(self.location)


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """What a load changed, in tracks; `rejected` in rows."""

    loaded: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    rejected: int = 0


def replace_catalog(
    database: Database, catalog: Catalog, origin: CatalogOrigin, day: date, *, forced: bool = False
) -> CatalogChange:
    """Make `catalog` the catalog: add, update, and deactivate what is not in it.

    Raise `InputError`, with nothing changed, when that would deactivate more than a fifth of the active tracks.
    Only the bundled sample gives way to a catalog of one's own without a word.
    """
    with database.transaction() as tx:
        tx.lock_derivation()
        _stage(tx, catalog.tracks)
        if not (forced or _replaces_sample(tx, origin)):
            _refuse_shrink(tx, catalog)
        upserted = tx.row("pipeline/upsert_tracks", imported=False)
        removed = tx.row("pipeline/deactivate_absent_tracks")["removed"]
        return _record(tx, catalog, origin, day, upserted, removed)


def add_tracks(database: Database, catalog: Catalog, day: date) -> CatalogChange:
    """Add or update the tracks of `catalog` beside the one this database follows; deactivate none, now or later."""
    with database.transaction() as tx:
        tx.lock_derivation()
        _stage(tx, catalog.tracks)
        upserted = tx.row("pipeline/upsert_tracks", imported=True)
        _store_rejected(tx, catalog.rejected, day)
    return CatalogChange(len(catalog.tracks), upserted["added"], upserted["changed"], 0, len(catalog.rejected))


def has_tracks(database: Database) -> bool:
    """Whether there is any active track."""
    with database.transaction() as tx:
        return bool(tx.row("pipeline/active_tracks_by_service")["tracks"])


def latest_origin(database: Database) -> CatalogOrigin | None:
    """Where the catalog of this database came from last; None before the first load."""
    with database.transaction() as tx:
        loads = tx.rows("pipeline/latest_catalog_load")
    if not loads:
        return None
    return CatalogOrigin(loads[0]["location"], loads[0]["is_adopted"], loads[0]["is_sample"])


def _stage(tx: Transaction, tracks: list[CatalogTrack]) -> None:
    tx.run("pipeline/create_staged_tracks")
    tx.copy_in(
        "pipeline/copy_staged_tracks",
        (
            (
                track.isrc,
                track.title,
                track.artist,
                track.album,
                track.youtube_video_id,
                track.spotify_track_id,
                track.spotify_album_id,
                search_text(track.title, track.artist, track.album),
            )
            for track in tracks
        ),
    )


def _replaces_sample(tx: Transaction, origin: CatalogOrigin) -> bool:
    loads = tx.rows("pipeline/latest_catalog_load")
    return bool(loads) and loads[0]["is_sample"] and not origin.is_sample


def _refuse_shrink(tx: Transaction, catalog: Catalog) -> None:
    counts = tx.row("pipeline/compare_staged_tracks")
    if counts["leaving"] > LARGEST_SHRINK * counts["active"]:
        raise InputError(
            f"{catalog.source}: this load would deactivate {counts['leaving']} of {counts['active']} active tracks, "
            f"more than {LARGEST_SHRINK:.0%}; the old catalog is untouched. If it is meant: "
            "viewcount run --force, or TRACK_CATALOG_FORCE=1"
        )


def _record(
    tx: Transaction, catalog: Catalog, origin: CatalogOrigin, day: date, upserted: dict[str, Any], removed: int
) -> CatalogChange:
    _store_rejected(tx, catalog.rejected, day)
    tx.run(
        "pipeline/insert_catalog_load",
        location=origin.shown,
        is_adopted=origin.is_adopted,
        is_sample=origin.is_sample,
        added=upserted["added"],
        changed=upserted["changed"],
        removed=removed,
        rejected=len(catalog.rejected),
    )
    return CatalogChange(len(catalog.tracks), upserted["added"], upserted["changed"], removed, len(catalog.rejected))


def _store_rejected(tx: Transaction, rejected: list[RejectedRow], day: date) -> None:
    tx.run("pipeline/delete_rejected_tracks", day=day)
    tx.copy_in(
        "pipeline/copy_rejected_tracks",
        ((day, row.line, row.reason, orjson.dumps(row.raw, default=str).decode()) for row in rejected),
    )
