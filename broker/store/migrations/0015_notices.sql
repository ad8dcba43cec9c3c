-- Notices of a family that is expected to arrive. Their children are held records of kind `expected`, looked for by who
-- sent the notice and met by an arrival.
create table notice (
  id        uuid primary key,
  sender    text not null,
  recipient text not null,
  state     text not null
);
create index notice_sender on notice (sender, id);
create index notice_recipient on notice (recipient, id);
alter table notice enable row level security;
create policy writer on notice to waymark_writer using (true) with check (true);
create policy parties on notice for select to waymark_api using (my_school() = '' and (sender = me() or recipient = me()));
grant select, insert on notice to waymark_writer;
grant select on notice to waymark_api;

alter table pupil_record drop constraint pupil_record_kind_check;
alter table pupil_record add constraint pupil_record_kind_check check (kind in ('lost', 'arrival', 'case', 'expected'));
