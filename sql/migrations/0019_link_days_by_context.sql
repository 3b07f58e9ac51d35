-- A day rests on more than the states of its series: on what the days before say of the service as a whole.
alter table service_days add column opening_context numeric;

comment on column service_days.opening_context is
    'fingerprint of scale, standstill and usual numbers of the days before, from which this day was judged';

update service_days d
set opening_context = hash_record_extended(row(e.scale, e.stale_days, e.fresh_day, e.usual_same_value), 0)
from (
    select
        service_id,
        day,
        lag(scale) over earlier as scale,
        coalesce(lag(stale_days) over earlier, 0)::integer as stale_days,
        max(day) filter (where gate = 'open' and readings > 0 and not stale) over earlier_days as fresh_day,
        coalesce(max(same_value) filter (where gate = 'open') over week, 0) as usual_same_value
    from service_days
    window
        earlier as (partition by service_id order by day),
        earlier_days as (
            partition by service_id order by day rows between unbounded preceding and 1 preceding
        ),
        week as (partition by service_id order by day rows between 7 preceding and 1 preceding)
) e
where e.service_id = d.service_id and e.day = d.day;
