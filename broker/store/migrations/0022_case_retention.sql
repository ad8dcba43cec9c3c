-- Cases are kept as long as their owner says (case_retention_years of its settings, seven when it says nothing), counted
-- from the last that happened to them after they were closed or ended. The writer can remove nothing by itself: what may
-- go is decided here, by the database's clock and the broker's, so that neither alone can make a case old.
create index case_state_settled on case_state (opened) where status in ('closed', 'ended');

-- The cases whose time is over. Not those of the newest message and the newest record, whose numbers have to stay taken.
create function cases_past_retention(as_of timestamptz) returns table (id uuid, owner text)
  language sql stable security definer set search_path = pg_catalog, public
  as $$
    select c.id, c.owner
    from public.case_state c
    left join public.authority_setting s on s.authority = c.owner
    cross join lateral (
      select least(as_of, now()) - make_interval(years => coalesce((s.state::json ->> 'case_retention_years')::int, 7)) as day
    ) as kept_from
    where c.status in ('closed', 'ended') and c.opened < least(as_of, now()) and c.opened < kept_from.day
      and (select max(e.time) from public.event e where e.case_id = c.id) < kept_from.day
      and c.id is distinct from (select m.case_id from public.message m order by m.position desc limit 1)
      and c.id is distinct from (select r.case_id from public.pupil_record r order by r.key desc limit 1)
  $$;

-- Everything that is held of these cases, but their numbers and the entries of the log, which name nobody.
create function forget_cases(which uuid[], as_of timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, public
  as $$
  declare
    keys bigint[] := array(select key from public.pupil_record where case_id = any (which));
    subjects text[] := array(
      select unnest(which)::text
      union all select id::text from public.enquiry_state where case_id = any (which)
      union all select id::text from public.confirmation where case_id = any (which));
    messages uuid[] := array(select id from public.message where case_id = any (which));
  begin
    if exists (select unnest(which) except select id from public.cases_past_retention(as_of)) then
      raise exception 'a case is to be kept longer';
    end if;
    delete from public.redelivery where message_id = any (messages);
    delete from public.receipt where message_id = any (messages);
    delete from public.message where id = any (messages);
    delete from public.caller_signature s using public.audit_entry a
      where a.position = s.position and a.entry::json ->> 'subject' = any (subjects);
    delete from public.look where held_by = any (which);
    delete from public.match_state where seeker_case = any (which) or seeker_key = any (keys) or holder_key = any (keys);
    delete from public.match_task where key = any (keys);
    delete from public.pupil_record_change where key = any (keys);
    delete from public.pupil_record where key = any (keys);
    delete from public.register_rating where case_id = any (which);
    delete from public.deadline where case_id = any (which);
    delete from public.confirmation where case_id = any (which);
    delete from public.enquiry_state where case_id = any (which);
    delete from public.event where case_id = any (which);
    delete from public.case_state where id = any (which);
  end
  $$;

revoke all on function cases_past_retention(timestamptz), forget_cases(uuid[], timestamptz) from public;
grant execute on function cases_past_retention(timestamptz), forget_cases(uuid[], timestamptz) to waymark_writer;
