-- Tracks whose title is what was looked for, then those that have words which begin like it, the most played first.
--
-- Words that many tracks have are soon met among the most played, without looking at all of these tracks; words that are
-- not have few tracks, so that all of them can be looked at.
--
-- Grain:       one row a track.
-- Parameters:  title, its words parted by single spaces; words, a tsquery; rows, how many at most.
-- Used by:     viewcount_api/resolvers/search.py
with titles as (
    select t.isrc, s.view_count
    from tracks t
    left join track_totals s on s.isrc = t.isrc
    where split_part(t.search_text, E'\n', 1) = %(title)s::text
    order by s.view_count desc nulls last, t.isrc desc
    limit %(rows)s::integer
),

-- Looked up one by one (offset 0), in order, until there are enough.
among_most_played as materialized (
    select m.isrc, m.view_count
    from (select isrc, view_count from track_totals order by view_count desc, isrc desc limit 2000) m
    cross join lateral (select t.search_text from tracks t where t.isrc = m.isrc offset 0) t
    where array_to_tsvector(array_remove(string_to_array(translate(t.search_text, E'\n', ' '), ' '), ''))
        @@ %(words)s::tsquery
    order by m.view_count desc, m.isrc desc
    limit %(rows)s::integer
),

among_all as (
    select t.isrc, s.view_count
    from tracks t
    left join lateral (select s.view_count from track_totals s where s.isrc = t.isrc offset 0) s on true
    where (select count(*) from among_most_played) < %(rows)s::integer
        and array_to_tsvector(array_remove(string_to_array(translate(t.search_text, E'\n', ' '), ' '), ''))
        @@ %(words)s::tsquery
    order by s.view_count desc nulls last, t.isrc desc
    limit %(rows)s::integer
),

found as (
    select isrc, view_count, true as is_title from titles
    union all
    select isrc, view_count, false from among_most_played
    union all
    select isrc, view_count, false from among_all
)

select isrc
from found
group by isrc
order by bool_or(is_title) desc, max(view_count) desc nulls last, isrc desc
limit %(rows)s::integer
