-- The term dates that authorities gave themselves, each as its file came; the latest of an authority is in force, and the
-- earlier ones say what its clocks were counted by.
create table authority_terms (
  id        bigint generated always as identity primary key,
  authority text not null,
  terms     text not null,
  officer   text not null,
  imported  timestamptz not null
);
create index authority_terms_authority on authority_terms (authority, id);

grant select on authority_terms to waymark_api;
grant select, insert on authority_terms to waymark_writer;

alter table authority_terms enable row level security;
create policy writer on authority_terms to waymark_writer using (true) with check (true);
create policy owner on authority_terms for select to waymark_api using (my_school() = '' and authority = me());
