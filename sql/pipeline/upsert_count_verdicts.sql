-- Writes the verdicts of one service's day. What a later reading made of a held one stays until that later day is judged.
--
-- Grain:       one row per (isrc, service_id, observed_at) with status ok.
-- Parameters:  service_id; day, the UTC date.
-- Re-running:  touches only rows whose values differ; those are queued for their snapshot.
-- Used by:     viewcount_pipeline/service_day_judge.py
with compared as (
    select
        v.isrc,
        v.observed_at,
        v.resolved_at is not null and j.verdict in ('held', v.verdict) as stays_resolved,
        j.verdict, j.kind, j.tier, j.accepted_count, j.expected_low, j.expected_high
    from count_verdicts v
    join judged_readings j on j.isrc = v.isrc and j.observed_at = v.observed_at
    where v.service_id = %(service_id)s::smallint
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and (
            (v.kind, v.tier, v.expected_low, v.expected_high)
                is distinct from (j.kind, j.tier, j.expected_low, j.expected_high)
            or (v.verdict, v.accepted_count) is distinct from (j.verdict, j.accepted_count)
        )
),

updated as (
    update count_verdicts v
    set verdict = case when c.stays_resolved then v.verdict else c.verdict end,
        kind = c.kind,
        tier = c.tier,
        accepted_count = case when c.stays_resolved then v.accepted_count else c.accepted_count end,
        expected_low = c.expected_low,
        expected_high = c.expected_high,
        resolved_at = case when c.stays_resolved then v.resolved_at end
    from compared c
    where v.isrc = c.isrc
        and v.service_id = %(service_id)s::smallint
        and v.observed_at = c.observed_at
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and (
            not c.stays_resolved
            or (v.kind, v.tier, v.expected_low, v.expected_high)
                is distinct from (c.kind, c.tier, c.expected_low, c.expected_high)
        )
    returning v.isrc
),

added as (
    insert into count_verdicts (
        isrc, service_id, observed_at, verdict, kind, tier, accepted_count, expected_low, expected_high
    )
    select
        j.isrc, %(service_id)s::smallint, j.observed_at, j.verdict, j.kind, j.tier, j.accepted_count,
        j.expected_low, j.expected_high
    from judged_readings j
    where not exists (
        select from count_verdicts v
        where v.isrc = j.isrc
            and v.service_id = %(service_id)s::smallint
            and v.observed_at = j.observed_at
            and v.observed_at >= %(day)s::date::timestamptz
            and v.observed_at < (%(day)s::date + 1)::timestamptz
    )
    order by j.observed_at
    returning 1
),

queued as (
    insert into changed_verdicts as q (isrc, service_id, day)
    select distinct isrc, %(service_id)s::smallint, %(day)s::date from updated
    on conflict (isrc, service_id, day) do update
    set is_offered = false, is_recorded = false, is_measured = false
    where q.is_offered or q.is_recorded or q.is_measured
)

select
    (select count(*) from judged_readings) as rows,
    (select count(*) from updated) + (select count(*) from added) as rows_changed
