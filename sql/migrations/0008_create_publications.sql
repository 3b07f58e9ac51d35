-- The generation of what readers see, and the tracks that changed since the last one.
--
-- Counted by whoever publishes, one at a time: a sequence would skip numbers whenever the server was killed.
create table publications (
    generation bigint primary key,
    published_at timestamptz not null default now(),
    tracks integer not null,
    run_id uuid
);

-- Written in the transaction that changes a number, emptied when its cache keys are dropped: a lost drop is repeated.
create table unpublished_tracks (
    isrc varchar(12) collate "C" primary key
);
