-- The catalog: what is known of each track, whether it is asked for, and the rows that could not be used.
create table tracks (
    isrc varchar(12) collate "C" primary key,
    title text,
    artist text,
    album text,
    youtube_video_id text,
    spotify_track_id text,
    spotify_album_id text,
    active boolean not null default true,
    imported boolean not null default false,
    search_text text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint isrc_format check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$')
);

comment on column tracks.imported is 'added by hand beside the catalog: no catalog that lacks it makes it inactive';
comment on column tracks.search_text is 'title, artist and album without accents and case';

create table rejected_tracks (
    loaded_on date not null,
    line integer not null,
    reason text not null,
    raw jsonb not null,
    primary key (loaded_on, line)
);

-- Every load of a catalog; the last one says where the catalog of this database comes from.
create table catalog_loads (
    load_id bigint generated always as identity primary key,
    loaded_at timestamptz not null default now(),
    location text not null,
    is_adopted boolean not null,
    is_sample boolean not null,
    active integer not null,
    added integer not null,
    changed integer not null,
    removed integer not null,
    rejected integer not null
);

comment on column catalog_loads.location is 'where the rows came from, without any password';
comment on column catalog_loads.is_adopted is 'named by hand, so that it stays the catalog until another is named';
