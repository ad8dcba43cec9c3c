-- The people who may sign in or hold a certificate of their own, and what each may do. `authority` is empty for those
-- who run the broker. `subject` is the account at the issuer that signed them in first; no other takes their place.
create table officer (
  authority text not null,
  id        text not null,
  name      text not null,
  roles     text[] not null,
  school    text not null,
  subject   text not null,
  disabled  boolean not null,
  changed   timestamptz not null,
  primary key (authority, id)
);

-- Who is signed in at the pages. The cookie holds the id, this table only its digest.
create table web_session (
  id_hash   bytea primary key,
  authority text not null,
  officer   text not null,
  csrf      text not null,
  began     timestamptz not null,
  seen      timestamptz not null,
  foreign key (authority, officer) references officer
);
create index web_session_officer on web_session (authority, officer);
create index web_session_seen on web_session (seen);

grant select, insert, update on officer to waymark_writer;
grant select, insert, update, delete on web_session to waymark_writer;

do $$
declare t text;
begin
  foreach t in array array['officer', 'web_session'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy writer on %I to waymark_writer using (true) with check (true)', t);
  end loop;
end
$$;
