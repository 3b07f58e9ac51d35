-- What was published after a generation.
--
-- Grain:       one row per publication, the oldest first.
-- Parameters:  generation, the last one known.
-- Used by:     viewcount_api/reading/store.py
select generation, published_at
from publications
where generation > (%(generation)s)::bigint
order by generation
