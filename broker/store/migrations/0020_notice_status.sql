-- A notice ends on the morning after the last day on which its family is expected: met, or expired with a message to its
-- sender. The broker acts on a deadline of its own; notices from before get theirs here.
alter table notice add column status text not null default 'expected' check (status in ('expected', 'met', 'expired'));
alter table notice add column ended timestamptz;
grant update (status, ended) on notice to waymark_writer;

insert into deadline (kind, subject, due)
select 'notice', id::text, ((state::json->>'expected_until')::date + 1)::timestamp at time zone 'Europe/London' + interval '7 hours'
from notice where state::json->>'expected_until' is not null;
