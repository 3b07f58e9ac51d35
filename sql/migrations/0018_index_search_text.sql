-- Searches by the beginnings of words, and by whole titles, without any extension: not every server has pg_trgm.
--
-- search_text has a line each for title, artist and album, with single spaces between their words; what was stored
-- before is brought near to that, and every catalog that is loaded writes it exactly.
update tracks
set search_text = (
    select string_agg(
        btrim(regexp_replace(
            regexp_replace(lower(normalize(coalesce(line, ''), NFKD)), '[\u0300-\u036f''’]', '', 'g'),
            '[[:space:][:punct:]]+', ' ', 'g'
        )),
        E'\n' order by place
    )
    from unnest(array[title, artist, album]) with ordinality as lines (line, place)
);

create index idx_tracks_words on tracks
using gin (array_to_tsvector(array_remove(string_to_array(translate(search_text, E'\n', ' '), ' '), '')));

-- A title may be longer than a B-tree takes.
create index idx_tracks_title on tracks using hash (split_part(search_text, E'\n', 1));

comment on column tracks.search_text is 'title, artist and album, a line each: words without accents and case';
