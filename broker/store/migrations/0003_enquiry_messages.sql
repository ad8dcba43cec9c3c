-- When an enquiry was delivered is read from the receipt of the message that opened it; without this every message
-- between the two authorities was looked at for each enquiry of a list.
create index message_enquiry on message (case_id) where type = 'enquiry.opened';
