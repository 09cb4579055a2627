/* The commands on comments: CommentOnMeeting, AnswerComment. */
#ifndef SOTAY_MEETING_COMMENT_COMMANDS_H
#define SOTAY_MEETING_COMMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part COMMENT_COMMANDS_PART;

#endif
