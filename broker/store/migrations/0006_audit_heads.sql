-- Signed heads of the audit log, kept at an interval. What is signed here can't be taken back: whoever has read one can
-- hold the log to it.
create table audit_head (
  size      bigint primary key,
  root      bytea not null,
  time      timestamptz not null,
  key_id    text not null,
  signature bytea not null
);

grant select on audit_head to waymark_api, waymark_writer;
grant insert on audit_head to waymark_writer;
alter table audit_head enable row level security;
create policy writer on audit_head to waymark_writer using (true) with check (true);
create policy all_heads on audit_head for select to waymark_api using (true);
