-- Deadlines: at most one row a subject, the next moment at which the broker has to act on it. Written by the transaction
-- that changes the subject, and replaced or deleted by the one that acts. `claimed_until` only keeps two brokers from
-- doing the same work at once; that a deadline fires once is decided under the writer's lock by the row being there.
create table deadline (
  kind          text not null,
  subject       text not null,
  case_id       uuid,
  due           timestamptz not null,
  detail        text not null default '',
  claimed_until timestamptz not null default '-infinity',
  primary key (kind, subject)
);
create index deadline_due on deadline (due);

-- What comes round by itself. The detail of `uncollected` is the position up to which messages have been looked at, that
-- of `reachability` the codes of the authorities that are silent.
insert into deadline (kind, subject, due, detail) values ('uncollected', 'all', 'epoch', '0'),
  ('reachability', 'all', 'epoch', '');

create table authority_setting (
  authority text primary key,
  version   bigint not null,
  state     text not null
);

do $$
declare t text;
begin
  foreach t in array array['deadline', 'authority_setting'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy writer on %I to waymark_writer using (true) with check (true)', t);
  end loop;
end
$$;
grant select, insert, update, delete on deadline, authority_setting to waymark_writer;
grant select on authority_setting to waymark_api;
create policy own on authority_setting for select to waymark_api using (my_school() = '' and authority = me());
