/* The rules of reactions: a member thinks one thing of a target at a time, and those who think so are counted. Pure.
 * Any thread. */
#ifndef SOTAY_DOCUMENT_REACTION_H
#define SOTAY_DOCUMENT_REACTION_H

#include "services/document/document/document.h"
#include "sotay/v1/discussion.pb-c.h"

enum { REACTION_VALUES = PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR + 1 };

struct reaction {
    struct uuid document, target, member;
    bool is_there;
    Pb__ReactionValue value;
    const char *comment; /* what was said beside it last; NULL: nothing was */
    int64_t at_us;
};

/* Of one target, by value. */
struct reaction_counts {
    int64_t n[REACTION_VALUES];
};

/* False: no such target. */
bool reaction_has_target(const struct document *document, const struct uuid *target);

/* What follows when he thinks `value` of it, and says `comment` (NULL: nothing) beside it. False: nothing changed. */
struct reaction_change {
    struct reaction next;
    struct reaction_counts counts;
    bool is_said; /* the comment is new */
};
bool reaction_think(const struct reaction *last, const struct reaction_counts *counts, Pb__ReactionValue value,
                    const char *comment, int64_t now_us, struct reaction_change *ret_change);

#endif
