-- Writes the verdicts of one service's day. What a later reading made of a held one stays until that later day is judged.
--
-- Grain:       one row per (isrc, service_id, observed_at) with status ok.
-- Parameters:  service_id; day, the UTC date; queues_added, where no other step records what is believed of this day.
-- Re-running:  touches only rows whose values differ; what readers see of them is queued for their snapshot.
-- Used by:     viewcount_pipeline/service_day_judge.py
with compared as (
    select
        v.isrc,
        v.observed_at,
        -- One that a person rejected is gone from the states, so that no later day decides it any more.
        case
            when j.verdict = 'held' or (j.verdict = 'restated' and v.verdict = 'restated') then v.resolved_at
        end as resolved_at,
        case when v.resolved_at is not null and j.verdict = 'held' then v.verdict else j.verdict end as verdict,
        case when v.resolved_at is not null and j.verdict = 'held' then v.accepted_count else j.accepted_count end
            as accepted_count,
        j.kind, j.tier, j.expected_low, j.expected_high,
        v.verdict as old_verdict,
        v.accepted_count as old_accepted_count,
        v.tier as old_tier,
        (v.kind, v.expected_low, v.expected_high, v.resolved_at) as old_rest
    from count_verdicts v
    join judged_readings j on j.isrc = v.isrc and j.observed_at = v.observed_at
    where v.service_id = %(service_id)s::smallint
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
),

differing as (
    select
        *,
        (verdict, accepted_count, tier) is distinct from (old_verdict, old_accepted_count, old_tier) as is_news
    from compared
    where (verdict, accepted_count, tier) is distinct from (old_verdict, old_accepted_count, old_tier)
        or (kind, expected_low, expected_high, resolved_at) is distinct from old_rest
),

updated as (
    update count_verdicts v
    set verdict = d.verdict,
        kind = d.kind,
        tier = d.tier,
        accepted_count = d.accepted_count,
        expected_low = d.expected_low,
        expected_high = d.expected_high,
        resolved_at = d.resolved_at
    from differing d
    where v.isrc = d.isrc
        and v.service_id = %(service_id)s::smallint
        and v.observed_at = d.observed_at
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
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
    returning isrc, verdict
),

queued as (
    insert into changed_verdicts as q (isrc, service_id, day)
    select isrc, %(service_id)s::smallint, %(day)s::date from differing where is_news
    union
    select isrc, %(service_id)s::smallint, %(day)s::date
    from added
    where %(queues_added)s::boolean and verdict in ('accepted', 'restated')
    on conflict (isrc, service_id, day) do update
    set is_offered = false, is_recorded = false, is_measured = false
    where q.is_offered or q.is_recorded or q.is_measured
)

select
    (select count(*) from judged_readings) as rows,
    (select count(*) from updated) + (select count(*) from added) as rows_changed
