/* What is counted of a meeting and shows in it, as far as the whole branch sees it: a row each. `name` is at once the
 * column of table meeting (int NOT NULL DEFAULT 0) and the field of Pb__Meeting. The number, the SQL and the view are
 * made from these rows; whoever owns what is counted says so (meeting_set_count). */
#ifndef SOTAY_MEETING_MEETING_COUNTED_H
#define SOTAY_MEETING_MEETING_COUNTED_H

#define MEETING_COUNTED(ROW) ROW(COMMENTS, comments)

#define MEETING_COUNTED_ROW(NAME, name) MEETING_##NAME,
enum meeting_counted { MEETING_COUNTED(MEETING_COUNTED_ROW) MEETING_N_COUNTED };
#undef MEETING_COUNTED_ROW

#endif
