-- The store of one Waymark: what happened (event, audit_entry, message, receipt: only ever inserted) and, beside it,
-- the present state of each case, enquiry, match and upload, which could be rebuilt from what happened.
--
-- Positions of audit_entry, message and pupil_record are given out under one advisory lock that is held to the commit,
-- so that their order is the order of commits and a reader of `position > n` never misses a late one.

create table case_state (
  id        uuid primary key,
  owner     text not null,
  status    text not null,
  upn       text not null,
  school    text not null,
  reference text not null unique,
  chain     uuid not null,
  parties   text[] not null,
  opened    timestamptz not null,
  version   bigint not null,
  state     text not null
);
create index case_state_owner on case_state (owner, id);
create index case_state_chain on case_state (chain);
create index case_state_upn on case_state (owner, upn) where upn <> '' and status in ('open', 'located');

create table case_reference (
  owner  text not null,
  year   int not null,
  number int not null,
  primary key (owner, year, number)
);

create table enquiry_state (
  id        uuid primary key,
  case_id   uuid not null references case_state,
  sender    text not null,
  recipient text not null,
  status    text not null,
  due       date not null,
  version   bigint not null,
  state     text not null
);
create index enquiry_state_case on enquiry_state (case_id);
create index enquiry_state_sender on enquiry_state (sender, id);
create index enquiry_state_recipient on enquiry_state (recipient, id);

create table confirmation (
  id      uuid primary key,
  case_id uuid not null references case_state
);

create table event (
  case_id    uuid not null,
  sequence   bigint not null,
  owner      text not null,
  type       text not null,
  time       timestamptz not null,
  authority  text not null,
  officer    text not null,
  school     text not null,
  enquiry_id uuid,
  body       text not null,
  primary key (case_id, sequence)
);

create table message (
  position  bigint primary key,
  id        uuid not null unique,
  recipient text not null,
  sender    text not null,
  type      text not null,
  case_id   uuid,
  immediate boolean not null,
  time      timestamptz not null,
  body      text not null
);
create index message_recipient on message (recipient, position);
create index message_sender on message (sender, position);
alter table message alter column body set storage main;
alter table message set (toast_tuple_target = 8160);

create table receipt (
  message_id uuid not null references message (id),
  kind       text not null check (kind in ('delivered', 'acknowledged', 'expired')),
  recipient  text not null,
  time       timestamptz not null,
  primary key (message_id, kind)
);

create table upload (
  id        uuid primary key,
  authority text not null,
  school    text not null,
  officer   text not null,
  kind      text not null,
  filename  text not null,
  status    text not null,
  received  int not null,
  accepted  int not null,
  rejected  int not null,
  duplicates int not null,
  warnings  text[] not null,
  digest    bytea not null,
  time      timestamptz not null
);
create index upload_authority on upload (authority, id);

create table upload_error (
  upload_id uuid not null references upload,
  number    int not null,
  row       bigint not null,
  col       text not null,
  code      text not null,
  reason    text not null,
  primary key (upload_id, number)
);

-- The transfer files themselves, for whoever confirms where the child is.
create table upload_file (
  upload_id uuid primary key references upload,
  body      bytea not null
);

create table pupil_record (
  key       bigint primary key,
  authority text not null,
  school    text not null,
  kind      text not null check (kind in ('lost', 'arrival', 'case')),
  case_id   uuid,
  upload_id uuid,
  row       bigint not null,
  digest    bytea not null,
  record    text not null
);
create unique index pupil_record_digest on pupil_record (digest) where kind <> 'case';
create index pupil_record_upload on pupil_record (upload_id) where upload_id is not null;
create index pupil_record_case on pupil_record (case_id) where case_id is not null;

-- Records that are of no more interest: their case is closed or ended. A later row of the same key brings one back.
create table pupil_record_change (
  position bigint generated always as identity primary key,
  key      bigint not null,
  is_held  boolean not null
);
create index pupil_record_change_key on pupil_record_change (key, position);

create table match_task (
  key           bigint primary key,
  claimed_until timestamptz not null default '-infinity'
);

create table match_state (
  id               uuid primary key,
  seeker           text not null,
  holder           text not null,
  seeker_key       bigint,
  holder_key       bigint not null,
  seeker_upload    uuid,
  holder_upload    uuid,
  query_id         uuid,
  seeker_case      uuid,
  status           text not null,
  version          bigint not null,
  state            text not null
);
create unique index match_state_pair on match_state (least(seeker_key, holder_key), greatest(seeker_key, holder_key))
  where seeker_key is not null;
create index match_state_seeker on match_state (seeker, id);
create index match_state_holder on match_state (holder, id);
create index match_state_seeker_upload on match_state (seeker_upload) where seeker_upload is not null;
create index match_state_holder_upload on match_state (holder_upload) where holder_upload is not null;
create index match_state_seeker_key on match_state (seeker_key);
create index match_state_query on match_state (query_id) where query_id is not null;

-- What is searched for by a query is kept with it, since its matches show it to the holder.
create table query (
  id        uuid primary key,
  authority text not null,
  officer   text not null,
  purpose   text not null,
  child     text not null,
  time      timestamptz not null
);

create table idempotency (
  caller    text not null,
  key       text not null,
  route     text not null,
  body_hash bytea not null,
  status    int not null,
  headers   text not null,
  body      text not null,
  time      timestamptz not null,
  primary key (caller, key)
);
create index idempotency_time on idempotency (time);

create table audit_entry (
  position  bigint primary key,
  authority text not null,
  entry     text not null
);

-- The nodes of the Merkle tree over audit_entry, each written once when its subtree is full; level 0 are the leaves.
create table audit_node (
  level int not null,
  index bigint not null,
  hash  bytea not null,
  primary key (level, index)
);

-- Two roles beside the owner: the API reads as waymark_api, which row-level security binds to one authority (or one
-- school) a transaction; the writer and the index feed are waymark_writer. Neither owns a table or can bypass a policy.
do $$
begin
  if not exists (select from pg_roles where rolname = 'waymark_api') then create role waymark_api login; end if;
  if not exists (select from pg_roles where rolname = 'waymark_writer') then create role waymark_writer login; end if;
end
$$;

grant usage on schema public to waymark_api, waymark_writer;
grant select on case_state, enquiry_state, event, message, receipt, upload, upload_error, pupil_record, match_state,
  query, audit_entry, audit_node to waymark_api;
grant select, insert on all tables in schema public to waymark_writer;
grant update on case_state, enquiry_state, match_state, upload, match_task to waymark_writer;
grant delete on match_task, idempotency to waymark_writer;

create function me() returns text language sql stable
  as $$ select coalesce(current_setting('waymark.authority', true), '') $$;
create function my_school() returns text language sql stable
  as $$ select coalesce(current_setting('waymark.school', true), '') $$;
-- Whose inbox the caller reads: the school's own, or the authority's.
create function my_inbox() returns text language sql stable
  as $$ select case when my_school() <> '' then my_school() else me() end $$;

do $$
declare t text;
begin
  foreach t in array array['case_state', 'case_reference', 'enquiry_state', 'confirmation', 'event', 'message', 'receipt',
    'upload', 'upload_error', 'upload_file', 'pupil_record', 'pupil_record_change', 'match_task', 'match_state', 'query',
    'idempotency', 'audit_entry', 'audit_node'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy writer on %I to waymark_writer using (true) with check (true)', t);
  end loop;
end
$$;

create policy parties on case_state for select to waymark_api
  using ((my_school() = '' and (owner = me() or me() = any (parties))) or (my_school() <> '' and school = my_school()));
create policy parties on enquiry_state for select to waymark_api
  using (my_school() = '' and (sender = me() or recipient = me()));
create policy owner on event for select to waymark_api using (my_school() = '' and owner = me());
create policy parties on message for select to waymark_api using (recipient = my_inbox() or sender = my_inbox());
create policy parties on receipt for select to waymark_api
  using (exists (select from message m where m.id = message_id));
create policy owner on upload for select to waymark_api
  using (authority = me() and (my_school() = '' or school = my_school()));
create policy owner on upload_error for select to waymark_api
  using (exists (select from upload u where u.id = upload_id));
create policy parties on match_state for select to waymark_api
  using (my_school() = '' and (seeker = me() or holder = me()));
create policy parties on pupil_record for select to waymark_api
  using (my_school() = '' and (authority = me()
    or exists (select from match_state m where m.seeker_key = key and m.holder = me())));
create policy parties on query for select to waymark_api
  using (my_school() = '' and (authority = me()
    or exists (select from match_state m where m.query_id = query.id and m.holder = me())));
create policy own on audit_entry for select to waymark_api
  using (authority = me() or current_setting('waymark.auditor', true) = 'yes');
create policy all_nodes on audit_node for select to waymark_api using (true);
