#include "services/meeting/roll/roll_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_answer.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_facts.h"
#include "services/meeting/roll/roll_keep.h"
#include "services/meeting/roll/roll_set.h"
#include "services/meeting/roll/roll_view.h"

static const struct roll *roll_of(const struct loop_message *message)
{
    return roll_set_find(message->batch, &message->aggregate);
}

static void answer_meeting(const struct meeting_context *context)
{
    meeting_answer(context, meeting_set_find(context->message->batch, &context->message->aggregate));
}

static enum err want_roll(const struct loop_message *message)
{
    meeting_context_want(message, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    roll_set_want(message->batch, &message->aggregate);
    return ERR_OK;
}

/* --- RecordAttendance --------------------------------------------------------------------------------------------- */

static struct roll_call read_call(const struct loop_message *message)
{
    const Pb__RecordAttendance *body = (const Pb__RecordAttendance *)message->body;
    struct roll_entry *entries = mem_array(message->ctx, struct roll_entry, body->n_entries);
    for (size_t i = 0; i < body->n_entries; i++)
        entries[i] = (struct roll_entry){
            .member = uuid_or_zero(body->entries[i]->member_id),
            .state = body->entries[i]->state,
            .reason = body->entries[i]->reason,
        };
    bool are_there = body->others == PB__ATTENDANCE_OF_OTHERS__ATTENDANCE_OF_OTHERS_PRESENT;
    return (struct roll_call){
        .entries = entries,
        .n = body->n_entries,
        .has_rest = body->has_others,
        .rest = are_there ? PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT
                          : PB__ATTENDANCE_STATE__ATTENDANCE_STATE_UNEXCUSED,
    };
}

static enum err apply_record(const struct loop_message *message)
{
    struct meeting_context context;
    struct problems problems = {.n = 0};
    struct roll next;
    enum err err = meeting_context_take(message, &ROLL_CALL, &context);
    if (err)
        return err;
    const struct roll_call call = read_call(message);
    err = roll_call(message->ctx, context.meeting, roll_of(message), &call, message->now_us, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    roll_keep_call(&context, &next); /* said again: the same answer */
    answer_meeting(&context);
    return ERR_OK;
}

/* --- ReportAbsence, WithdrawAbsence ------------------------------------------------------------------------------- */

static void answer_self(const struct meeting_context *context)
{
    const struct loop_message *message = context->message;
    const struct roll_person *self = roll_find(roll_of(message), &message->actor);
    loop_answer(message, &message->actor, 0,
                &view_attendance_item(message->ctx, &self->id, self->full_name, &self->mark)->base);
}

static enum err apply_report(const struct loop_message *message)
{
    const Pb__ReportAbsence *body = (const Pb__ReportAbsence *)message->body;
    struct meeting_context context;
    struct roll next;
    enum err err = meeting_context_take(message, &ROLL_REPORT_ABSENCE, &context);
    if (!err)
        err = roll_report_absence(message->ctx, context.meeting, roll_of(message), &message->actor, body->reason,
                                  message->now_us, &next);
    if (err)
        return err;
    if (roll_keep(&context, &next))
        loop_event(message, TOPIC_MEETING_EVENTS, &context.meeting->id,
                   facts_of_absence(message->ctx, context.meeting, &message->actor, &context.cause));
    answer_self(&context);
    return ERR_OK;
}

static enum err apply_withdraw(const struct loop_message *message)
{
    struct meeting_context context;
    struct roll next;
    enum err err = meeting_context_take(message, &ROLL_REPORT_ABSENCE, &context);
    if (!err)
        err = roll_withdraw_absence(message->ctx, context.meeting, roll_of(message), &message->actor, message->now_us,
                                    &next);
    if (err)
        return err;
    (void)roll_keep(&context, &next); /* there was none */
    loop_answer(message, &message->actor, 0, NULL);
    return ERR_OK;
}

/* --- CheckIn ------------------------------------------------------------------------------------------------------ */

static enum err want_check_in(const struct loop_message *message)
{
    roll_set_want_key(message->batch);
    return want_roll(message);
}

static enum err apply_check_in(const struct loop_message *message)
{
    const Pb__CheckIn *body = (const Pb__CheckIn *)message->body;
    struct meeting_context context;
    struct roll next;
    enum err err = meeting_context_take(message, &ROLL_CHECK_IN_NOW, &context);
    if (err)
        return err;
    err = roll_check_in(message->ctx, context.meeting, roll_of(message), &message->actor, message->now_us, &next);
    if (!err)
        err = check_in_verify(roll_set_key(message->batch), &message->aggregate, body->code, body->at_us,
                              message->now_us);
    if (err)
        return err;
    (void)roll_keep(&context, &next); /* he was there already */
    answer_meeting(&context);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__record_attendance__descriptor, want_roll, apply_record},
    {&pb__report_absence__descriptor, want_roll, apply_report},
    {&pb__withdraw_absence__descriptor, want_roll, apply_withdraw},
    {&pb__check_in__descriptor, want_check_in, apply_check_in},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part ROLL_COMMANDS_PART = {
    .name = "roll_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
