/* What the bodies that make or edit a meeting name: people and documents, looked up for the rules (struct
 * meeting_input). The loop's thread; results live as long as the batch. */
#ifndef SOTAY_MEETING_MEETING_INPUT_H
#define SOTAY_MEETING_MEETING_INPUT_H

#include "services/meeting/meeting/meeting_context.h"

/* In `want`: the people and documents. */
void meeting_input_want(const struct loop_message *message, size_t n_participants, ProtobufCBinaryData *participants,
                        size_t n_items, Pb__AgendaItemInput **items);
void meeting_input_participants(const struct meeting_context *context, size_t n, ProtobufCBinaryData *ids,
                                struct meeting_input *input);
void meeting_input_agenda(const struct meeting_context *context, size_t n, Pb__AgendaItemInput **items,
                          struct meeting_input *input);

#endif
