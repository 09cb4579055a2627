-- `seen` is walked by its primary key (common/loop/loop_sweep.c): ids stand in the order of time, so what is old stands
-- together, and no second index need be kept at every write.
DROP INDEX seen_settled;
