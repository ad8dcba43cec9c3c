-- Which of its owner's officers works on a case: kept beside it for the list "for me". Empty: nobody in particular.
alter table case_state add column assigned_to text not null default '';
create index case_state_assigned on case_state (owner, assigned_to, status, clock_from, id) where assigned_to <> '';
