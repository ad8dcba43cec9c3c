-- A large upload is read in parts after its answer: its sealed bytes wait in upload_part, and each part that is written
-- advances parts_done in the same transaction. `claimed_until` keeps two brokers from reading one upload at once.
alter table upload add column bytes bigint not null default 0, add column bytes_read bigint not null default 0,
  add column parts_done bigint not null default 0, add column errors bigint not null default 0,
  add column claimed_until timestamptz not null default '-infinity';
create index upload_processing on upload (id) where status = 'processing';
alter table upload_error add column member text not null default '', add column text text not null default '';
create table upload_part (
  upload_id   uuid not null,
  number      bigint not null,
  key_id      text not null,
  wrapped_key bytea not null,
  body        bytea not null,
  time        timestamptz not null default now(),
  primary key (upload_id, number)
);
alter table upload_part alter column body set storage external;

-- Transfer files, sealed. A transfer is one file of one sender; `parties` may claim it (an authority's code or a school's
-- LAESTAB), `claimed_by` are those that did. The file's key is wrapped by the broker's; destroying it destroys the file.
create table transfer (
  id          uuid primary key,
  upload_id   uuid not null references upload,
  record_key  bigint,
  upn         text not null,
  authority   text not null,
  school      text not null,
  kind        text not null check (kind in ('lost', 'addressed')),
  destination text not null,
  filename    text not null,
  digest      bytea not null,
  bytes       bigint not null,
  status      text not null check (status in ('sealed', 'available', 'claimed', 'received', 'deleted')),
  parties     text[] not null,
  claimed_by  text[] not null,
  received_by text not null,
  created     timestamptz not null,
  available   timestamptz,
  remind_at   timestamptz,
  reminded    timestamptz,
  reported    timestamptz,
  claimed     timestamptz,
  received    timestamptz,
  deleted     timestamptz,
  certificate text not null,
  version     bigint not null
);
create index transfer_sender on transfer (authority, id);
create index transfer_parties on transfer using gin (parties);
create index transfer_record on transfer (record_key) where record_key is not null;
create unique index transfer_addressed on transfer (authority, digest) where kind = 'addressed';
create index transfer_waiting on transfer (id) where status in ('sealed', 'available', 'claimed');
create index match_state_accepted on match_state (seeker_key) where status = 'accepted';
create index case_state_found on case_state (owner, upn) where upn <> '' and status in ('located', 'closed');

-- `wrapped_key` and `body` are empty once the transfer is deleted.
create table transfer_file (
  transfer_id uuid primary key references transfer,
  key_id      text not null,
  wrapped_key bytea not null,
  body        bytea not null
);
alter table transfer_file alter column body set storage external;

do $$
declare t text;
begin
  foreach t in array array['transfer', 'transfer_file', 'upload_part'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy writer on %I to waymark_writer using (true) with check (true)', t);
  end loop;
end
$$;
grant select, insert, update on transfer, transfer_file to waymark_writer;
grant delete on upload_file to waymark_writer;
grant select, insert, delete on upload_part to waymark_writer;
grant select on transfer to waymark_api;
create policy parties on transfer for select to waymark_api
  using (my_inbox() = any (parties) or (authority = me() and (my_school() = '' or school = my_school())));
