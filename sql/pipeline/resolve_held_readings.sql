-- What one service's day makes of readings held before it: believed after all, or rejected.
--
-- Those it does not decide any more are held again.
--
-- Grain:       one row per held reading of an earlier day.
-- Parameters:  service_id; day, the UTC date.
-- Re-running:  touches only rows whose values differ; those are queued for their snapshot.
-- Used by:     viewcount_pipeline/service_day_judge.py
with decided as (
    select isrc, observed_at as decided_at, resolved_at as held_at, resolved_verdict, resolved_count
    from judged_readings
    where resolved_at is not null
),

resolved as (
    update count_verdicts v
    set verdict = d.resolved_verdict, accepted_count = d.resolved_count, resolved_at = d.decided_at
    from decided d
    where v.isrc = d.isrc
        and v.service_id = %(service_id)s::smallint
        and v.observed_at = d.held_at
        and (v.verdict, v.accepted_count, v.resolved_at) is distinct from (d.resolved_verdict, d.resolved_count, d.decided_at)
    returning v.isrc, v.observed_at
),

reopened as (
    update count_verdicts v
    set verdict = 'held', accepted_count = null, resolved_at = null
    where v.service_id = %(service_id)s::smallint
        and v.resolved_at >= %(day)s::date::timestamptz
        and v.resolved_at < (%(day)s::date + 1)::timestamptz
        and not exists (select from decided d where d.isrc = v.isrc and d.held_at = v.observed_at)
    returning v.isrc, v.observed_at
),

changed as (
    select isrc, observed_at from resolved
    union all
    select isrc, observed_at from reopened
),

queued as (
    insert into changed_verdicts as q (isrc, service_id, day)
    select distinct isrc, %(service_id)s::smallint, observed_at::date from changed
    on conflict (isrc, service_id, day) do update
    set is_offered = false, is_recorded = false, is_measured = false
    where q.is_offered or q.is_recorded or q.is_measured
)

select count(*) as rows_changed from changed
