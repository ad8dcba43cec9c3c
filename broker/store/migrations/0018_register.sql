-- What the group of an authority has agreed on each child of its register, and the counts of the months that it froze.
create table register_rating (
  case_id uuid primary key,
  owner   text not null,
  rating  text not null,
  officer text not null,
  agreed  timestamptz not null
);
create index register_rating_owner on register_rating (owner);

create table register_month (
  owner   text not null,
  month   text not null,
  red     int not null,
  amber   int not null,
  green   int not null,
  officer text not null,
  frozen  timestamptz not null,
  primary key (owner, month)
);

grant select on register_rating, register_month to waymark_api;
grant select, insert, update on register_rating to waymark_writer;
grant select, insert on register_month to waymark_writer;

do $$
declare t text;
begin
  foreach t in array array['register_rating', 'register_month'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy writer on %I to waymark_writer using (true) with check (true)', t);
    execute format('create policy owner on %I for select to waymark_api using (my_school() = '''' and owner = me())', t);
  end loop;
end
$$;
