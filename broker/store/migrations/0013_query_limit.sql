-- An officer's queries of the last minute are counted by the transaction that writes the next one.
create index query_maker on query (authority, officer, time);
