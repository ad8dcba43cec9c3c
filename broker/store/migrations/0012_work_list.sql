-- What the work list is ordered by, kept beside each case: the day from which its clocks count, and whether an ending
-- waits for its second officer. Taken from the state by expressions, so that nobody has to remember to write them. Dates
-- stay text (YYYY-MM-DD), which sorts alike and which row-level security lets an index use.
alter table case_state add column clock_from text generated always as (coalesce(
  substring(state from '"missing_since":"([0-9]{4}-[0-9]{2}-[0-9]{2})"'),
  substring(state from '"opened":"([0-9]{4}-[0-9]{2}-[0-9]{2})'), '')) stored;
alter table case_state add column waits_for_second boolean generated always as (
  status in ('open', 'located') and strpos(state, '"requested_by":"') > 0 and strpos(state, '"approved_by":"') = 0) stored;
create index case_state_clock on case_state (owner, status, clock_from, id);
create index case_state_second on case_state (owner, id) where waits_for_second;
create index case_state_school on case_state (school, id) where school <> '';
create index enquiry_state_to_answer on enquiry_state (recipient, due, id) where status not in ('answered', 'withdrawn');
create index enquiry_state_unanswered on enquiry_state (sender, due, id) where status not in ('answered', 'withdrawn');
create index match_state_to_check on match_state (holder, id) where status = 'pending';

create index audit_entry_authority on audit_entry (authority, position);
