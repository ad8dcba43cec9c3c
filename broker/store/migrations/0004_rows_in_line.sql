-- What a command writes stays in its row, as messages do: by default a text of 2 KiB is compressed, put into a table
-- beside and fetched from there again, which costs more than all the rest of the write.
alter table case_state alter column state set storage main;
alter table case_state set (toast_tuple_target = 8160);
alter table enquiry_state alter column state set storage main;
alter table enquiry_state set (toast_tuple_target = 8160);
alter table event alter column body set storage main;
alter table event set (toast_tuple_target = 8160);
alter table idempotency alter column body set storage main;
alter table idempotency set (toast_tuple_target = 8160);
alter table audit_entry alter column entry set storage main;
alter table audit_entry set (toast_tuple_target = 8160);

-- The one writer makes an enquiry of a case that it has just read and holds; looking for that case again, and locking
-- its row, cost a query for each enquiry.
alter table enquiry_state drop constraint enquiry_state_case_id_fkey;
