-- As 0004 does for the rest: what a caller signed is as long as its request, and stays in its row uncompressed.
alter table caller_signature alter column jws set storage main;
alter table caller_signature alter column certificate set storage main;
alter table caller_signature alter column payload set storage main;
alter table caller_signature set (toast_tuple_target = 8160);
