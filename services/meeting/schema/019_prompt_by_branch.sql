-- Each morning's branches are read with their meetings, by meeting_month_taken: whose resolution is owed is among them.
DROP INDEX meeting_resolution_owed;
