"""What the columns of each table mean, for the Dagster UI; a test holds it against the database."""

import dagster as dg

_ISRC = ("isrc", "varchar(12)", "International Standard Recording Code of the track")
_SERVICE = ("service_id", "smallint", "1 YouTube, 2 Spotify")

_TABLES: dict[str, list[tuple[str, str, str]]] = {
    "tracks": [
        _ISRC,
        ("title", "text", "as the catalog writes it"),
        ("artist", "text", "as the catalog writes it"),
        ("album", "text", "as the catalog writes it"),
        ("youtube_video_id", "text", "11 characters; null: not counted on YouTube"),
        ("spotify_track_id", "text", "22 characters; null: not counted on Spotify"),
        ("spotify_album_id", "text", "tracks of one album are asked for together"),
        ("active", "boolean", "false once the track has left the catalog"),
        ("imported", "boolean", "added by hand beside the catalog"),
        ("search_text", "text", "title, artist and album, a line each: words without accents and case"),
        ("created_at", "timestamptz", "first loaded"),
        ("updated_at", "timestamptz", "last changed"),
    ],
    "view_count_observations": [
        _ISRC,
        _SERVICE,
        ("observed_at", "timestamptz", "when the service was asked"),
        ("view_count", "bigint", "set exactly when status is ok"),
        ("status", "text", "ok, or why there is no number"),
        ("reason", "text", "the status in words"),
        ("source_id", "text", "video or track id the answer is about"),
        ("raw_text", "text", "what the number was read from"),
        ("origin", "text", "run or import"),
        ("run_id", "uuid", "the run that asked"),
    ],
    "service_days": [
        _SERVICE,
        ("day", "date", "UTC day"),
        ("gate", "text", "open: may be published; closed: may not"),
        ("reason", "text", "why the gate is closed"),
        ("active", "integer", "tracks that could have been asked for"),
        ("asked", "integer", "tracks that were asked for"),
        ("ok", "integer", "tracks with a number"),
        ("failed", "jsonb", "tracks without one, by status of the last attempt"),
        ("deferred", "integer", "tracks left for a later try"),
        ("units", "integer", "quota units spent"),
        ("first_observed_at", "timestamptz", "first attempt of the day"),
        ("last_observed_at", "timestamptz", "last attempt of the day"),
        ("stale", "boolean", "the whole service did not move"),
        ("shift", "double precision", "common shift of the log rate of all moving series"),
        ("readings", "integer", "usable counts read, several a track when it was asked again"),
        ("moving", "integer", "series that usually gain at least 3 plays a day"),
        ("moved", "integer", "of those, series that showed a count not seen before"),
        ("new_zeros", "integer", "series whose last count of the day is 0 and was at least 5"),
        ("unit_errors", "integer", "series whose last count is a power of ten times the one before"),
        ("same_value", "integer", "most pages that showed one and the same count of at least 1,000"),
        ("held", "integer", "series with a reading that was held, whatever became of it"),
        ("flagged", "integer", "series with a reading that was flagged as an anomaly"),
        ("stale_days", "smallint", "days in a row, this one included, on which the service stood still"),
        ("scale", "double precision", "pooled scale of log residuals after this day"),
        (
            "opening_context",
            "numeric",
            "fingerprint of what earlier days said of the whole service",
        ),
        ("opening_digest", "numeric", "fingerprint of the states this day was judged from"),
        ("state_digest", "numeric", "fingerprint of the states after this day"),
        ("rejected", "integer", "tracks of those in ok without any count that can be true"),
    ],
    "count_verdicts": [
        _ISRC,
        _SERVICE,
        ("observed_at", "timestamptz", "of the observation judged"),
        ("verdict", "text", "accepted, held, restated (believed after all), rejected or ignored"),
        ("kind", "text", "the rule that decided"),
        ("tier", "text", "strict or sensitive, where a rule flagged it"),
        ("accepted_count", "bigint", "the number believed; set exactly when accepted or restated"),
        ("expected_low", "bigint", "lowest count that would not have surprised"),
        ("expected_high", "bigint", "highest count that would not have surprised"),
        ("resolved_at", "timestamptz", "the later reading that decided a held one"),
    ],
    "anomalies": [
        ("anomaly_id", "bigint", "number of the row"),
        _ISRC,
        _SERVICE,
        ("kind", "text", "the rule that flagged it, or gone"),
        ("severity", "text", "error where readers see an older count or none, else warning"),
        ("first_day", "date", "UTC day it showed first"),
        ("last_day", "date", "UTC day it showed last"),
        ("opened_on", "date", "UTC day it was flagged"),
        ("observed_count", "bigint", "the last reading that was flagged; null where there was none"),
        ("expected_low", "bigint", "lowest count that would not have been flagged"),
        ("expected_high", "bigint", "highest count that would not have been flagged"),
        ("state", "text", "open or closed"),
        ("resolution", "text", "how it ended"),
        ("closed_on", "date", "UTC day it ended"),
    ],
    "view_counts": [
        _ISRC,
        ("service_id", "integer", "1 YouTube, 2 Spotify"),
        ("view_count", "bigint", "newest accepted count"),
        ("last_updated", "timestamptz", "when the service was asked for it"),
        ("created_at", "timestamptz", "when the series began"),
    ],
    "historical_view_counts": [
        ("id", "bigint", "number of the row"),
        _ISRC,
        ("service_id", "integer", "1 YouTube, 2 Spotify"),
        ("view_count", "bigint", "last accepted count observed on that day"),
        ("delta_count", "bigint", "growth since the snapshot before; null for the first"),
        ("delta_days", "smallint", "days that growth spans"),
        ("recorded_date", "date", "UTC day; a day without a reading has no row"),
        ("observed_at", "timestamptz", "when the service was asked"),
        ("quality", "text", "ok, flagged or restated"),
        ("created_at", "timestamptz", "when the row was written"),
    ],
    "track_trends": [
        _ISRC,
        _SERVICE,
        ("as_of", "timestamptz", "when the newest count was observed"),
        ("view_count", "bigint", "newest accepted count"),
        *(
            column
            for days in (7, 30)
            for column in (
                (f"base_{days}", "bigint", f"snapshot nearest to {days} days before"),
                (f"change_{days}", "bigint", f"growth scaled to {days} days"),
                (f"percentage_{days}", "double precision", "the same in percent of the base; null when that is 0"),
                (f"span_{days}", "double precision", "days that growth took, without those left out"),
            )
        ),
        ("left_out_7", "bigint", "plays of levels confirmed within 7 days, which are no growth"),
        ("left_out_30", "bigint", "the same within 30 days"),
    ],
    "publications": [
        ("generation", "bigint", "number of what readers see"),
        ("published_at", "timestamptz", "when it was published"),
        ("tracks", "integer", "tracks whose numbers changed"),
        ("run_id", "uuid", "the run that published"),
    ],
}


def column_schema(table: str) -> dg.TableSchema:
    """Name, type and meaning of each column of a table."""
    return dg.TableSchema(
        columns=[dg.TableColumn(name=name, type=kind, description=meaning) for name, kind, meaning in _TABLES[table]]
    )


def described_tables() -> list[str]:
    """Tables whose columns are described here."""
    return list(_TABLES)
