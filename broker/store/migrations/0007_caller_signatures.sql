-- What callers signed themselves, by the entry of the log that it led to: with it the broker can show whose word it was.
-- Nobody is shown it but by whoever runs the broker, since it holds the whole request.
create table caller_signature (
  position    bigint primary key,
  jws         text not null,
  certificate text not null,
  payload     text not null
);

grant select, insert on caller_signature to waymark_writer;
alter table caller_signature enable row level security;
create policy writer on caller_signature to waymark_writer using (true) with check (true);
