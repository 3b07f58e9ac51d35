-- How far back each service's numbers are kept, as far as that has been carried out.
create table log_retention (
    service_id smallint primary key references services,
    kept_from date not null
);

comment on column log_retention.kept_from is 'days before this one were removed';

-- Removes what one service has in a parent before a day: whole months as tables, the rest of the boundary month by date.
create function remove_before(parent text, for_service smallint, first_kept date)
returns bigint language plpgsql as $$
declare
    service_table text := parent || '_' || (select s.service_key from services s where s.service_id = for_service);
    month_table text;
    removed bigint;
begin
    for month_table in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass(service_table)
            and c.relname < service_table || to_char(first_kept, '_YYYY_MM')
        order by c.relname
    loop
        execute format('drop table %I', month_table);
    end loop;
    execute format('delete from %I where service_id = %s and %I < %L', parent, for_service,
                   month_column(parent), to_char(first_kept, 'YYYY-MM-DD') || month_zone(parent));
    get diagnostics removed = row_count;
    return removed;
end $$;
