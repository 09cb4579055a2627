/* What tests of the rules of meetings share. "Now" is 2026-11-10 09:00 local; the branch's next meeting is on 4
 * December. */
#ifndef SOTAY_TESTS_UNIT_MEETING_HELP_H
#define SOTAY_TESTS_UNIT_MEETING_HELP_H

#include "rules.h"

#include "common/base/array.h"
#include "services/meeting/meeting/meeting.h"

enum {
    DRAFT = PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED
};
enum {
    REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR,
    THEMATIC = PB__MEETING_KIND__MEETING_KIND_THEMATIC,
    EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE
};

static inline struct meeting_cause cause(void)
{
    return (struct meeting_cause){.message = {{7}}, .now_us = local(2026, 11, 10, 9)};
}

static const struct agenda_item TOPICS[] = {{.id = {{20}}, .title = "Nghị quyết", .minutes = 30}};
static const struct agenda_input SAID_TOPICS[] = {{.title = "Nghị quyết", .minutes = 30}};

static inline struct meeting meeting_of(int kind, int state)
{
    return (struct meeting){.id = {{3}},
                            .organization = {{4}},
                            .version = 5,
                            .kind = (Pb__MeetingKind)kind,
                            .state = (Pb__MeetingState)state,
                            .starts_at_us = local(2026, 12, 4, 19),
                            .place = "Nhà văn hóa",
                            .agenda = TOPICS,
                            .n_agenda = 1,
                            .rules = {20, 90}};
}

static inline struct meeting_input whole_input(void)
{
    return (struct meeting_input){.sets_kind = true,
                                  .sets_starts_at = true,
                                  .sets_participants = true,
                                  .sets_agenda = true,
                                  .kind = (Pb__MeetingKind)REGULAR,
                                  .starts_at_us = local(2026, 12, 4, 19),
                                  .place = "Nhà văn hóa",
                                  .agenda = SAID_TOPICS,
                                  .n_agenda = 1,
                                  .rules = {15, 60}};
}

static inline enum err schedule(const struct meeting_input *input, bool is_branch, bool publish,
                                struct meeting *ret_next)
{
    struct meeting_convener convener = {.meeting = {{3}}, .organization = {{4}}, .is_branch = is_branch};
    struct meeting_cause why = cause();
    return meeting_schedule(ctx, &convener, input, publish, &why, &problems, ret_next);
}

static inline enum err edit(const struct meeting *meeting, const struct meeting_input *input, struct meeting *ret_next,
                            bool *ret_moved)
{
    struct meeting_cause why = cause();
    return meeting_edit(ctx, meeting, true, input, &why, &problems, ret_next, ret_moved);
}

#endif
