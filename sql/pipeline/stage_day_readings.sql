-- The usable counts of one service's day, in turns of one a series, beside what was known of each series before.
--
-- A suspicion is what many readings at once make a fault of the service, not of a track: zeros, wrong units, one count for
-- many tracks.
--
-- Grain:       one row per (isrc, observed_at) with a count from 0 to 2^53.
-- Parameters:  service_id; day, the UTC date; slot, the state after the day before; pool_pace, plays a day from which a
--              series tells of the common shift; zero_base and unit_base, plays; unit_tolerance, in powers of ten;
--              crowd_count, plays; crowd_limit, source ids with one count that are still usual.
-- Used by:     viewcount_pipeline/service_day_judge.py
insert into day_readings (
    isrc, observed_at, view_count, turn, is_last, base_count, pace, residual, is_new, crowd, suspicion
)
with readings as (
    select
        isrc,
        observed_at,
        view_count,
        source_id,
        row_number() over in_time as turn,
        lead(observed_at) over in_time is null as is_last
    from view_count_observations
    where service_id = %(service_id)s::smallint
        and observed_at >= %(day)s::date::timestamptz
        and observed_at < (%(day)s::date + 1)::timestamptz
        and status = 'ok'
        and view_count between 0 and 9007199254740992
    window in_time as (partition by isrc order by observed_at)
),

repeated as (
    select view_count
    from readings
    where view_count >= %(crowd_count)s::bigint
    group by view_count
    having count(*) > 1
),

-- Imported readings do not say which page they are from: it is taken to be the track's page of today.
crowds as (
    select
        r.view_count,
        count(distinct coalesce(
            r.source_id,
            case %(service_id)s::smallint when 1 then t.youtube_video_id when 2 then t.spotify_track_id end,
            r.isrc
        )) as sources
    from repeated p
    join readings r on r.view_count = p.view_count
    left join tracks t on t.isrc = r.isrc
    group by r.view_count
),

compared as (
    select
        r.isrc,
        r.observed_at,
        r.view_count,
        r.turn,
        r.is_last,
        s.base_count,
        s.pace,
        r.view_count is distinct from s.base_count and r.view_count is distinct from s.held_count as is_new,
        case
            when s.pace >= %(pool_pace)s::float8 and s.held_at is null and r.view_count > s.base_count
                then ln((
                    (r.view_count - s.base_count) * 86400.0::float8
                    / greatest(extract(epoch from r.observed_at - s.base_source_at)::float8, 1) + 1
                ) / (s.pace + 1))
        end as residual,
        coalesce(c.sources, 1) as crowd,
        case
            when r.view_count > 0 and s.base_count >= %(unit_base)s::bigint
                then log(r.view_count::float8 / s.base_count)
        end as power,
        r.view_count = 0 and s.base_count >= %(zero_base)s::bigint and s.held_count is distinct from 0 as is_zero
    from readings r
    left join series_state s
        on s.service_id = %(service_id)s::smallint and s.slot = %(slot)s::smallint and s.isrc = r.isrc
    left join crowds c on c.view_count = r.view_count
    offset 0
)

select
    isrc, observed_at, view_count, turn, is_last, base_count, pace, residual, is_new, crowd,
    case
        when crowd > %(crowd_limit)s::integer then 'same_value'
        when is_zero then 'zero_burst'
        when round(power) <> 0 and abs(power - round(power)) <= %(unit_tolerance)s::float8 then 'scale_burst'
    end
from compared
