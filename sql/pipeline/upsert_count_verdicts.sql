-- A verdict for each count read on one day: accepted from 0 to 2^53, the largest that every reader of JSON keeps exact.
--
-- Grain:       one row per (isrc, service_id, observed_at) with status ok.
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/judging.py
with judged as (
    select
        isrc,
        service_id,
        observed_at,
        case when view_count between 0 and 9007199254740992 then 'accepted' else 'rejected' end as verdict,
        case when view_count < 0 then 'negative' when view_count > 9007199254740992 then 'too_large' end as kind,
        case when view_count between 0 and 9007199254740992 then view_count end as accepted_count
    from view_count_observations
    where observed_at >= %(day)s::date::timestamptz
        and observed_at < (%(day)s::date + 1)::timestamptz
        and status = 'ok'
),

updated as (
    update count_verdicts v
    set verdict = j.verdict, kind = j.kind, accepted_count = j.accepted_count
    from judged j
    where v.isrc = j.isrc
        and v.service_id = j.service_id
        and v.observed_at = j.observed_at
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and (v.verdict, v.kind, v.accepted_count) is distinct from (j.verdict, j.kind, j.accepted_count)
    returning 1
),

added as (
    insert into count_verdicts (isrc, service_id, observed_at, verdict, kind, accepted_count)
    select j.isrc, j.service_id, j.observed_at, j.verdict, j.kind, j.accepted_count
    from judged j
    where not exists (
        select from count_verdicts v
        where v.isrc = j.isrc
            and v.service_id = j.service_id
            and v.observed_at = j.observed_at
            and v.observed_at >= %(day)s::date::timestamptz
            and v.observed_at < (%(day)s::date + 1)::timestamptz
    )
    order by j.observed_at
    returning 1
)

select
    (select count(*) from judged) as rows,
    (select count(*) from updated) + (select count(*) from added) as rows_changed
