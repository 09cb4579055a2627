/* What other services hear of a reminder (TOPIC_MEETING_EVENTS). Pure; results live in ctx. */
#ifndef SOTAY_MEETING_REMINDER_FACTS_H
#define SOTAY_MEETING_REMINDER_FACTS_H

#include "services/meeting/reminder/prompt.h"

ProtobufCMessage *facts_of_reminder(TALLOC_CTX *ctx, const struct uuid *notification, const struct reminder_ask *ask,
                                    const struct reminder_words *words, const struct reminder_choice *choice);
ProtobufCMessage *facts_of_prompt(TALLOC_CTX *ctx, const struct uuid *notification, const struct reminder_words *words,
                                  const struct prompt_group *group, int64_t now_us);

#endif
