-- A day whose counts cannot be true has to show as such.
alter table service_days add column rejected integer not null default 0;

comment on column service_days.rejected is 'tracks of those in ok without any count that can be true';

-- To be counted when the day is judged again.
insert into unjudged_days (service_id, day)
select distinct service_id, (observed_at at time zone 'UTC')::date
from count_verdicts
where kind in ('negative', 'too_large')
on conflict do nothing;

comment on column alert_incidents.subject is 'job; asset, check and, where the check is of several services, service; service; or channel';
comment on column alert_incidents.since is 'when the trouble began, of a failed check the first day of the data; opened_at is when it was noticed';
