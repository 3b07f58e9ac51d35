"""Decides which catalog a database follows: named by hand, configured, adopted earlier, or the bundled sample."""

from pathlib import Path

from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.settings import Settings
from viewcount_pipeline.catalog.contents import public_location
from viewcount_pipeline.track_store import CatalogOrigin, has_tracks, latest_origin


def choose_catalog(settings: Settings, database: Database, named: str | None) -> CatalogOrigin | None:
    """The catalog to load now; a file named by hand stays the catalog until another is named or configured.

    None where tracks were imported into an empty database: the sample is for those who have none.

    Raise `InputError` for an address named by hand that may hold a secret.
    """
    if named:
        return CatalogOrigin(_absolute(_without_secrets(named)), is_adopted=True)
    if settings.track_catalog_url:
        return CatalogOrigin(_absolute(settings.track_catalog_url.get_secret_value()))
    earlier = latest_origin(database)
    if earlier is not None and earlier.is_adopted:
        return earlier
    return None if earlier is None and has_tracks(database) else _sample_origin()


def _sample_origin() -> CatalogOrigin:
    from viewcount_local.sample import SAMPLE_CATALOG

    return CatalogOrigin(str(SAMPLE_CATALOG), is_sample=True)


def _without_secrets(named: str) -> str:
    """An address named by hand is stored, to be loaded again tomorrow."""
    if named != public_location(named):
        raise InputError(
            f"{public_location(named)}: an address with a user, a password or a query may hold a secret and would be "
            "stored; set TRACK_CATALOG_URL to it instead"
        )
    return named


def _absolute(location: str) -> str:
    return location if "://" in location else str(Path(location).resolve())
