-- The inbox as a log: messages, receipts and deliveries are only ever inserted. A lease stands with the delivery, so that
-- two brokers never give one message to two claimants, and a lease outlives the broker that gave it.
alter table receipt add column lease_id uuid;
alter table receipt add column broker uuid;
alter table receipt add column leased_until timestamptz;

-- Every delivery of a message after its first.
create table redelivery (
  message_id   uuid not null,
  number       int not null,
  recipient    text not null,
  lease_id     uuid not null,
  broker       uuid not null,
  leased_until timestamptz not null,
  time         timestamptz not null,
  primary key (message_id, number)
);

-- Up to where everything of an inbox is acknowledged, saved about once a second and never needed to be right: reading
-- begins there.
create table inbox_cursor (
  recipient text primary key,
  position  bigint not null,
  time      timestamptz not null
) with (fillfactor = 20);

grant select, insert on redelivery to waymark_writer;
grant select on redelivery, inbox_cursor to waymark_api;
grant select, insert, update on inbox_cursor to waymark_writer;

alter table redelivery enable row level security;
alter table inbox_cursor enable row level security;
create policy writer on redelivery to waymark_writer using (true) with check (true);
create policy writer on inbox_cursor to waymark_writer using (true) with check (true);
create policy parties on redelivery for select to waymark_api
  using (exists (select from message m where m.id = message_id));
create policy own on inbox_cursor for select to waymark_api using (recipient = my_inbox());
