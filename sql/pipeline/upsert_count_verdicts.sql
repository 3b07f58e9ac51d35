-- A verdict for each count read on one day: a count that is not negative is accepted.
--
-- Grain:       one row per (isrc, service_id, observed_at) with status ok.
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/count_verdicts.py
with judged as (
    select
        isrc,
        service_id,
        observed_at,
        case when view_count >= 0 then 'accepted' else 'rejected' end as verdict,
        case when view_count < 0 then 'negative' end as kind,
        case when view_count >= 0 then view_count end as accepted_count
    from view_count_observations
    where observed_at >= %(day)s::date::timestamptz
        and observed_at < (%(day)s::date + 1)::timestamptz
        and status = 'ok'
),

changed as (
    insert into count_verdicts as kept (isrc, service_id, observed_at, verdict, kind, accepted_count)
    select isrc, service_id, observed_at, verdict, kind, accepted_count
    from judged
    on conflict (isrc, service_id, observed_at) do update set
        verdict = excluded.verdict,
        kind = excluded.kind,
        accepted_count = excluded.accepted_count
    where (kept.verdict, kept.kind, kept.accepted_count)
        is distinct from (excluded.verdict, excluded.kind, excluded.accepted_count)
    returning 1
)

select (select count(*) from judged) as rows, (select count(*) from changed) as rows_changed
