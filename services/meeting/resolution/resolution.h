/* The rules of a meeting's resolution (S14): which document settles it, and when one that is due is late. Pure, as
 * those of meetings; any thread.
 *
 *   held, regular: due ──the day is over──▶ overdue
 *                   │                        │
 *                   └────────settle──────────┴──▶ published
 *
 * Other meetings may have a resolution, which is never due. Reopening takes nothing back. */
#ifndef SOTAY_MEETING_RESOLUTION_H
#define SOTAY_MEETING_RESOLUTION_H

#include "services/meeting/document/document.h"
#include "services/meeting/meeting/meeting_access.h"

extern const struct meeting_action RESOLUTION_SETTLE;

struct resolution_input {
    const struct document *document; /* NULL: there is none for him */
    bool settles_another;            /* meeting already */
};
/* The same document again changes nothing. ERR_INVALID fills `problems`. */
MUST_CHECK enum err resolution_settle(const struct meeting *meeting, const struct resolution_input *input,
                                      struct problems *problems, struct meeting *ret_next);

/* False: it is not late, or everybody knows: nothing changes. */
bool resolution_fall_due(const struct meeting *meeting, int64_t now_us, struct meeting *ret_next);

#endif
