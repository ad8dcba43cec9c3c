-- A school reads of the audit log what it did itself, and not what the officers of its authority do.
drop policy own on audit_entry;
create policy own on audit_entry for select to waymark_api
  using ((authority = me() and (my_school() = '' or entry::json ->> 'school' = my_school()))
    or current_setting('waymark.auditor', true) = 'yes');

-- The first migration granted the writer every table, the list of migrations too.
do $$
begin
  if to_regclass('waymark_migrations') is not null then revoke insert on waymark_migrations from waymark_writer; end if;
end
$$;
