/* The rules of minutes (S9): state, a command, the time → the next state or a refusal. Pure, as those of meetings; any
 * thread.
 *
 *   none ──put──▶ written ──put, publish──▶ published
 *                 │     ▲                   │       ▲
 *                 └─put─┘                   └──put──┘  corrected: members see it at once
 *
 * Only heads know of minutes that are not published; what is published shows in the meeting, and gives its topics their
 * outcomes. */
#ifndef SOTAY_MEETING_MINUTES_H
#define SOTAY_MEETING_MINUTES_H

#include "services/meeting/meeting/meeting_access.h"

struct minutes {
    struct uuid meeting;
    uint64_t version;                  /* their own; 0: there are none yet */
    const Pb__MinutesContent *content; /* NULL: there are none yet */
    int64_t published_at_us;           /* 0: not yet */
};

extern const struct meeting_action MINUTES_WRITE;

/* The version that a writer has seen is that of now: two write at once. ERR_IF_MATCH_MISSING: there are some already,
 * and he did not say which he has seen; ERR_VERSION_CONFLICT. */
MUST_CHECK enum err minutes_check_version(const struct minutes *minutes, bool has_seen, uint64_t seen);

struct minutes_input {
    const Pb__PutMinutes *said;
    bool may_name_document; /* of a document that it names: who writes may read it */
};
/* What a body makes of the minutes; the same again changes nothing. ERR_INVALID fills `problems`. Made in ctx; strings
 * are borrowed from the body. */
MUST_CHECK enum err minutes_put(TALLOC_CTX *ctx, const struct meeting *meeting, const struct minutes *minutes,
                                const struct minutes_input *input, const struct meeting_cause *cause,
                                struct problems *problems, struct minutes *ret_next);

/* What is concluded on a topic; NULL: nothing. */
const Pb__Minutes__Conclusion *minutes_conclusion_on(const Pb__MinutesContent *content, const struct uuid *topic);

/* The meeting that shows published minutes: its topics have their outcomes. `tells`: they were not published before,
 * and its participants hear of them. */
void minutes_show(TALLOC_CTX *ctx, const struct meeting *meeting, const struct minutes *published, bool tells,
                  const struct meeting_cause *cause, struct meeting *ret_next);

#endif
