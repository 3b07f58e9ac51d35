-- The services counts come from, and the world (demo or live) this database belongs to.
create table services (
    service_id smallint primary key,
    service_key text not null unique,
    display_name text not null
);

insert into services (service_id, service_key, display_name)
values (1, 'youtube', 'YouTube'), (2, 'spotify', 'Spotify');

-- Emulated and real counts never meet: one row, written by the first migration run.
create table database_world (
    is_only_row boolean primary key default true check (is_only_row),
    world text not null check (world in ('demo', 'live'))
);
