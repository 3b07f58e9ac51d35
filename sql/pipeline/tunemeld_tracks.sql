-- TuneMeld's catalog, as its own database keeps it.
--
-- Grain:       one row per track; several rows of one ISRC are merged by the reader.
-- Runs at:     the database TRACK_CATALOG_URL names, not ours; replaced by TRACK_CATALOG_QUERY.
-- Used by:     viewcount_pipeline/catalog/tables.py
select isrc, track_name, artist_name, album_name, spotify_url, youtube_url
from tracks
order by isrc, spotify_url, youtube_url
