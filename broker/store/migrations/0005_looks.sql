-- Who was shown which child: one row for each child that one entry of the log shows somebody, so that the owner can ask
-- who has looked. A child is named by its case, or by the upload or the query that holds it with the key of its record.
create table look (
  position   bigint not null,
  held_by    uuid not null,
  record_key bigint,
  owner      text not null,
  time       timestamptz not null,
  authority  text not null,
  officer    text not null,
  school     text not null,
  action     text not null,
  subject    uuid
);
create index look_held_by on look (held_by, position);
create index look_record on look (record_key) where record_key is not null;

grant select on look to waymark_api, waymark_writer;
grant insert on look to waymark_writer;
alter table look enable row level security;
create policy writer on look to waymark_writer using (true) with check (true);
create policy owner on look for select to waymark_api using (my_school() = '' and owner = me());
