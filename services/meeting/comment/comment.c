#include "services/meeting/comment/comment.h"

#include "services/directory/directory.h"

const struct meeting_action COMMENT_MAKE = {"comment", meeting_takes_part, MEETING_IS_SCHEDULED, .until_hour = true},
                            COMMENT_ENTER = {"enter_comment", meeting_leads, MEETING_IS_SCHEDULED, .until_hour = true},
                            COMMENT_ANSWER = {"answer", meeting_leads,
                                              MEETING_IS_SCHEDULED | MEETING_IS_HELD | MEETING_IS_CANCELLED};

const struct meeting_action *comment_action(bool on_behalf_of_other, Pb__Channel channel)
{
    return on_behalf_of_other || channel != PB__CHANNEL__CHANNEL_APP ? &COMMENT_ENTER : &COMMENT_MAKE;
}

bool comment_is_counted(const struct comment *comment)
{
    return comment->visibility == PB__COMMENT_VISIBILITY__COMMENT_VISIBILITY_BRANCH;
}

/* Words that somebody else enters say whose they are and how they came (P3: the channel is recorded). */
static void check_speaker(const struct comment_input *input, struct problems *problems)
{
    bool for_other = !uuid_is_zero(&input->on_behalf_of);
    bool by_app = input->channel == PB__CHANNEL__CHANNEL_APP;
    if (for_other && by_app)
        problems_add(problems, ERR_FIELD_CONFLICT, "/channel");
    if (!for_other && !by_app)
        problems_add(problems, ERR_FIELD_REQUIRED, "/on_behalf_of");
    if (for_other && !input->speaker_is_member)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/on_behalf_of");
}

enum err comment_make(const struct meeting *meeting, const struct uuid *actor, const struct comment_input *input,
                      const struct meeting_cause *cause, struct problems *problems, struct comment *ret_comment)
{
    static const struct uuid NOBODY;
    bool for_other = !uuid_is_zero(&input->on_behalf_of);
    check_speaker(input, problems);
    if (!uuid_is_zero(&input->agenda_item) && !meeting_item(meeting, &input->agenda_item))
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/agenda_item_id");
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_comment = (struct comment){
        .id = uuid_derive(&cause->message, "comment", 0),
        .meeting = meeting->id,
        .agenda_item = input->agenda_item,
        .author = for_other ? input->on_behalf_of : *actor,
        .entered_by = for_other ? *actor : NOBODY,
        .text = input->text,
        .visibility = input->visibility,
        .channel = input->channel,
        .created_at_us = cause->now_us,
    };
    return ERR_OK;
}

void comment_answer(const struct comment *comment, const struct uuid *author, const char *text, int64_t now_us,
                    struct comment *ret_next)
{
    *ret_next = *comment;
    ret_next->answer_author = *author;
    ret_next->answer_text = text;
    ret_next->answered_at_us = now_us;
}

bool comment_may_read(const struct comment *comment, const struct meeting_actor *actor)
{
    return comment->visibility == PB__COMMENT_VISIBILITY__COMMENT_VISIBILITY_BRANCH ||
           (actor->standing & STANDING_HEAD) || uuid_equal(&comment->author, &actor->id);
}
