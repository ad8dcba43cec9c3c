-- The files of uploads lay here as they came, before transfer files were sealed. Nothing reads them any more: what was
-- taken from them is in pupil_record, and a file that is to be handed on is sent again, sealed.
drop table upload_file;
