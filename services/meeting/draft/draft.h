/* The next meeting as the autopilot drafts it (N5): when its rhythm has it, and what there is to talk about, each line
 * with where it comes from. Nothing of it is kept: whoever takes it posts it as a meeting. Pure; any thread. */
#ifndef SOTAY_MEETING_DRAFT_H
#define SOTAY_MEETING_DRAFT_H

#include "services/meeting/meeting/meeting.h"
#include "services/meeting/task/task.h"
#include "services/meeting/template/template.h"

/* --- when --------------------------------------------------------------------------------------------------------- */

struct draft_rhythm {
    int32_t day;    /* 1..31, of the month; clipped to its last */
    int32_t minute; /* of the day */
    const char *place;
};
/* What the organisation has said; what it has not, as `last` was (NULL: there was none), else evenings of the 3rd at no
 * place. */
struct draft_rhythm draft_rhythm_of(const struct directory_org *org, const struct meeting *last);

/* The month that is drafted where nobody says which: the first whose day is still ahead, and which no regular meeting
 * has taken. */
int32_t draft_month(const struct draft_rhythm *rhythm, const int32_t taken[], size_t n_taken, int64_t now_us);
/* ERR_FIELD_PAST, ERR_FIELD_TOO_LARGE: the month lies behind, or further ahead than meetings are convened. */
MUST_CHECK enum err draft_check_month(int32_t month, int64_t now_us);
bool draft_is_taken(const int32_t taken[], size_t n_taken, int32_t month);

/* The rhythm's hour in that month. An hour that is over gives way to tomorrow's, where that is in the month; the days
 * of Tết to the first behind them, else to the last before. Not after `now`: the month has no day left. */
int64_t draft_starts_at(const struct draft_rhythm *rhythm, int32_t month, int64_t now_us);
/* The rhythm's own hour in that month. */
int64_t draft_usual_us(const struct draft_rhythm *rhythm, int32_t month);
/* From the eve of the lunar new year to its fifth day; also of the years that are not known, never. */
bool draft_is_tet(int32_t date);

/* --- what about --------------------------------------------------------------------------------------------------- */

enum { DRAFT_MINUTES = 10 }; /* of a line of which nobody has said how long it takes */

struct draft_line {
    struct uuid id;
    const char *title;
}; /* a proposal, a document */

/* What there is, in the order in which it was found. */
struct draft_sources {
    const struct meeting *last; /* with its agenda; NULL: there was none */
    const struct agenda_template *templates;
    size_t n_templates;
    const struct draft_line *proposals; /* that wait for the next meeting */
    size_t n_proposals;
    const struct named_task *tasks; /* open, due first come first */
    size_t n_tasks;
    const struct draft_line *documents; /* published to all of the branch since `last` */
    size_t n_documents;
};
/* Into `ret_draft`, whose kind and hour are set: what was carried over, templates of the kind, what was proposed, tasks
 * that are due by then, what is new, and without templates the topics of the last meeting; at most as many as a meeting
 * may have, the first of each title. */
void draft_agenda(TALLOC_CTX *ctx, const struct draft_sources *sources, struct meeting *ret_draft);

#endif
