-- What is held of children outside of cases is kept as long as whose it is says (record_retention_days of its settings,
-- three years when it says nothing): rows of files about lost pupils and arrivals from when a file last named them,
-- queries, notices from their end, messages without a case, and uploads themselves. As with cases the writer can remove
-- nothing by itself: what may go is decided here, by the database's clock and the broker's.
alter table pupil_record add column seen timestamptz not null default now();
update pupil_record r set seen = u.time from upload u where u.id = r.upload_id;
create index pupil_record_seen on pupil_record (seen) where kind <> 'case';
create index message_without_case on message (time) where case_id is null;
grant update (seen) on pupil_record to waymark_writer;

create function kept_from(whose text, as_of timestamptz) returns timestamptz
  language sql stable set search_path = pg_catalog, public
  as $$
    select least(as_of, now()) - make_interval(days => coalesce(
      (select (state::json ->> 'record_retention_days')::int from public.authority_setting where authority = whose), 1095))
  $$;

-- Not the newest record, whose number has to stay taken; none that a case is kept with, since somebody decided on it; and
-- none whose transfer file still waits.
create function records_past_retention(as_of timestamptz, at_most int)
  returns table (key bigint, authority text, upload_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  as $$
    select r.key, r.authority, r.upload_id
    from public.pupil_record r
    where r.kind <> 'case' and r.seen < least(as_of, now()) - interval '30 days'
      and r.seen < public.kept_from(r.authority, as_of)
      and r.key is distinct from (select n.key from public.pupil_record n order by n.key desc limit 1)
      and not exists (select from public.match_state m
                      where m.holder_key = r.key and m.seeker_case is not null and m.status <> 'rejected')
      and not exists (select from public.transfer t
                      where t.record_key = r.key and t.status in ('sealed', 'available', 'claimed'))
    limit at_most
  $$;

create function forget_records(which bigint[], as_of timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, public
  as $$
  declare
    matches uuid[] := array(select id from public.match_state where seeker_key = any (which) or holder_key = any (which));
    subjects text[] := matches::text[];
  begin
    if exists (select unnest(which) except select key from public.records_past_retention(as_of, null)) then
      raise exception 'a record is to be kept longer';
    end if;
    delete from public.caller_signature s using public.audit_entry a
      where a.position = s.position and a.entry::json ->> 'subject' = any (subjects);
    delete from public.look where record_key = any (which);
    delete from public.match_state where id = any (matches);
    delete from public.match_task where key = any (which);
    update public.transfer set record_key = null, upn = '' where record_key = any (which);
    delete from public.pupil_record where key = any (which);
    -- For the brokers' indexes, which read what has changed.
    insert into public.pupil_record_change (key, is_held) select unnest(which), false;
  end
  $$;

-- What else has a time of its own. An upload goes once none of its rows is held, and leaves its numbers behind. What two
-- authorities have both written or read is kept as long as either says.
create function papers_past_retention(as_of timestamptz, at_most int)
  returns table (kind text, id uuid, authority text)
  language sql stable security definer set search_path = pg_catalog, public
  as $$
    select 'query', q.id, q.authority from public.query q where q.time < public.kept_from(q.authority, as_of)
    union all
    select 'notice', n.id, n.sender from public.notice n
    where coalesce(n.ended, (n.state::json ->> 'time')::timestamptz)
      < least(public.kept_from(n.sender, as_of), public.kept_from(n.recipient, as_of))
    union all
    select 'message', m.id, m.recipient from public.message m
    where m.case_id is null and m.time < least(as_of, now()) - interval '30 days'
      and m.time < least(public.kept_from(left(m.sender, 3), as_of), public.kept_from(left(m.recipient, 3), as_of))
      and m.id is distinct from (select n.id from public.message n order by n.position desc limit 1)
    union all
    select 'upload', u.id, u.authority from public.upload u
    where u.filename <> '' and u.status <> 'processing' and u.time < public.kept_from(u.authority, as_of)
      and not exists (select from public.pupil_record r where r.upload_id = u.id)
      and not exists (select from public.transfer t
                      where t.upload_id = u.id and t.status in ('sealed', 'available', 'claimed'))
    limit at_most
  $$;

create function forget_papers(which uuid[], as_of timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, public
  as $$
  declare
    subjects text[] := which::text[];
  begin
    if exists (select unnest(which) except select id from public.papers_past_retention(as_of, null)) then
      raise exception 'a paper is to be kept longer';
    end if;
    delete from public.caller_signature s using public.audit_entry a
      where a.position = s.position and a.entry::json ->> 'subject' = any (subjects);
    delete from public.match_state where query_id = any (which);
    delete from public.query where id = any (which);
    delete from public.deadline where kind = 'notice' and subject = any (subjects);
    delete from public.notice where id = any (which);
    delete from public.redelivery where message_id = any (which);
    delete from public.receipt where message_id = any (which);
    delete from public.message where id = any (which);
    delete from public.upload_error where upload_id = any (which);
    update public.upload set filename = '' where id = any (which);
  end
  $$;

revoke all on function kept_from(text, timestamptz), records_past_retention(timestamptz, int),
  forget_records(bigint[], timestamptz), papers_past_retention(timestamptz, int), forget_papers(uuid[], timestamptz)
  from public;
grant execute on function records_past_retention(timestamptz, int), forget_records(bigint[], timestamptz),
  papers_past_retention(timestamptz, int), forget_papers(uuid[], timestamptz) to waymark_writer;
