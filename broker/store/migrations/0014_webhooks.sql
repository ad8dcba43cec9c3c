-- Where an inbox is pushed to. What is still to be delivered are deadlines of kind `webhook`, one a message; how far the
-- message log has been looked at for webhooks is the detail of `webhook_feed`.
create table webhook (
  owner   text not null,
  name    text not null,
  version bigint not null,
  state   text not null,
  primary key (owner, name)
);
alter table webhook enable row level security;
create policy writer on webhook to waymark_writer using (true) with check (true);
grant select, insert, update, delete on webhook to waymark_writer;
grant select on webhook to waymark_api;
create policy own on webhook for select to waymark_api using (owner = my_inbox());

-- Far in the future: nobody claims it, and whoever finds news writes it under the writer's lock.
insert into deadline (kind, subject, due, detail)
select 'webhook_feed', 'all', '2199-01-01', coalesce(max(position), 0)::text from message;
