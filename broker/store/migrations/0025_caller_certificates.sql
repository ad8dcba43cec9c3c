-- Certificates that were shown, so that an operator sees which of them run out. Forgotten half a year after they did.
create table caller_certificate (
  fingerprint text primary key,
  kind        text not null,
  authority   text not null,
  holder      text not null,
  serial      text not null,
  expires     timestamptz not null,
  first_seen  timestamptz not null,
  last_seen   timestamptz not null
);
alter table caller_certificate enable row level security;
create policy writer on caller_certificate to waymark_writer using (true) with check (true);
grant select, insert, delete on caller_certificate to waymark_writer;
grant update (last_seen) on caller_certificate to waymark_writer;
