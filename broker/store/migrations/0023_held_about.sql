-- Whoever answers what is held about a child asks by its UPNs, those it had before too, and by its date of birth. They
-- stand beside each text that names a child, written by the writer, which has read it; the same in a column, since an
-- index over expressions would parse every record of an upload, and would touch an index with each new state of a case.
alter table pupil_record add column found_by text[] not null default '{}';
alter table query add column found_by text[] not null default '{}';
alter table notice add column found_by text[] not null default '{}';
-- Of a row that was refused, which nobody could read as a child: what in it has the form of a UPN.
alter table upload_error add column found_by text[] not null default '{}';

create function found_by_of(child json) returns text[] language sql immutable
  as $$ select array_remove(array[child ->> 'upn', substring(child ->> 'dob' from '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')]
    || array(select json_array_elements_text(child -> 'former_upns')), null) $$;
update pupil_record set found_by = found_by_of(record::json);
update query set found_by = found_by_of(child::json);
update notice set found_by = array(
  select unnest(found_by_of(one)) from json_array_elements(state::json -> 'children') as one);
drop function found_by_of(json);
update upload_error set found_by = array(
  select distinct upper(one[1]) from regexp_matches(text, '\m([A-Za-z][0-9]{11}[0-9A-Za-z])\M', 'g') as one);

-- Each row goes into the index at once: a list of those that are still to come would be read by every search, and emptied
-- by one write that waits for it.
create index pupil_record_found_by on pupil_record using gin (found_by) with (fastupdate = off);
create index query_found_by on query using gin (found_by) with (fastupdate = off);
create index notice_found_by on notice using gin (found_by) with (fastupdate = off);
create index upload_error_found_by on upload_error using gin (found_by) with (fastupdate = off) where found_by <> '{}';

-- What hangs on a child: its matches by either record, its transfer files, and all messages of its case.
create index match_state_holder_key on match_state (holder_key);
create index transfer_upn on transfer (upn) where upn <> '';
create index message_case on message (case_id) where case_id is not null;
drop index message_enquiry;

-- Which of what the caller may read names one of these. Row-level security would keep the operator && from the index, as
-- it does with every operator that might tell something of rows that are not shown; this looks at the caller itself, by
-- the same settings, and gives numbers alone: what they stand for is read as the caller. A case is found by the record
-- that is held of its child. Each table is asked for the names first and alone: a plan for an array that is not known yet
-- expects far too many rows, and would go through whole tables, or through all that is the caller's; so would it where a
-- row is looked up for each, without the limits.
create function naming_child(wanted text[], at_most int) returns table (place text, id uuid, key bigint)
  language sql stable security definer set search_path = pg_catalog, public set enable_seqscan = off
  as $$
    with record as materialized (
      select r.key, r.authority, r.kind, r.case_id from public.pupil_record r where r.found_by && wanted
    ), asked as materialized (
      select q.id, q.authority from public.query q where q.found_by && wanted
    ), sent as materialized (
      select n.id, n.sender, n.recipient from public.notice n where n.found_by && wanted
    ), refused as materialized (
      select e.upload_id, e.number from public.upload_error e where e.found_by && wanted and e.found_by <> '{}'
    ), named as (
      select 'row', null::uuid, r.key from record r where r.kind in ('lost', 'arrival') and r.authority = public.me()
      union all
      select 'case', c.id, r.key from record r cross join lateral (
        select id from public.case_state where id = r.case_id and (owner = public.me() or public.me() = any (parties)) limit 1
      ) as c
      where r.kind = 'case'
      union all
      select 'query', a.id, null from asked a where a.authority = public.me()
      union all
      select 'notice', s.id, null from sent s where s.sender = public.me() or s.recipient = public.me()
      union all
      select 'refused', u.id, e.number from refused e cross join lateral (
        select id from public.upload where id = e.upload_id and authority = public.me() limit 1
      ) as u
    )
    select * from named where public.my_school() = '' limit at_most
  $$;
revoke all on function naming_child(text[], int) from public;
grant execute on function naming_child(text[], int) to waymark_api;
