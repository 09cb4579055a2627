/* The rules of comments on a meeting and their answers: state, a command, the time → the next state or a refusal. Pure,
 * as those of meetings; any thread. */
#ifndef SOTAY_MEETING_COMMENT_H
#define SOTAY_MEETING_COMMENT_H

#include "services/meeting/meeting/meeting_access.h"

struct comment {
    struct uuid id, meeting, agenda_item; /* agenda_item zero: about the whole meeting */
    struct uuid author, entered_by;       /* entered_by zero: the author himself */
    const char *text;
    Pb__CommentVisibility visibility;
    Pb__Channel channel;
    int64_t created_at_us;
    struct uuid answer_author;
    const char *answer_text; /* NULL: not answered */
    int64_t answered_at_us;
};

/* With the names of its people, where they are known. */
struct named_comment {
    struct comment is;
    const char *author, *answer_author; /* or NULL */
};

extern const struct meeting_action COMMENT_MAKE, COMMENT_ENTER, COMMENT_ANSWER;
/* The right that a comment takes: words of others are entered by heads only. */
const struct meeting_action *comment_action(bool on_behalf_of_other, Pb__Channel channel);

/* Of a meeting that the actor may read: branch-visible ones, one's own, and all for its heads. */
bool comment_may_read(const struct comment *comment, const struct meeting_actor *actor);
/* What the meeting's count counts. */
bool comment_is_counted(const struct comment *comment);

/* Who speaks: the actor himself, or a member whose words the secretary enters. */
struct comment_input {
    struct uuid agenda_item, on_behalf_of; /* zero: absent */
    bool speaker_is_member;                /* on_behalf_of belongs to the branch */
    const char *text;
    Pb__CommentVisibility visibility;
    Pb__Channel channel;
};
/* ERR_INVALID fills `problems`. */
MUST_CHECK enum err comment_make(const struct meeting *meeting, const struct uuid *actor,
                                 const struct comment_input *input, const struct meeting_cause *cause,
                                 struct problems *problems, struct comment *ret_comment);
/* Setting it again replaces the answer. */
void comment_answer(const struct comment *comment, const struct uuid *author, const char *text, int64_t now_us,
                    struct comment *ret_next);

#endif
