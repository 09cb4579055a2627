#include "services/meeting/task/task.h"

#include "common/base/clock.h"
#include <string.h>

/* A day that has come may stay what it is; none is set that lies behind. */
static void check_due_on(int32_t due_on, int64_t now_us, struct problems *problems)
{
    if (due_on < clock_local_date(now_us))
        problems_add(problems, ERR_FIELD_PAST, "/due_on");
}

/* Puts what the body says into `next`, which holds the task so far. */
static void take_input(const struct task_input *input, const struct meeting_cause *cause, struct problems *problems,
                       struct task *next)
{
    if (input->title)
        next->title = input->title;
    if (input->sets_assignee && !uuid_equal(&input->assignee, &next->assignee)) {
        next->assignee = input->assignee;
        if (!uuid_is_zero(&input->assignee) && !input->may_be_assigned)
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/assignee_id");
    }
    if (input->sets_due_on && input->due_on != next->due_on) {
        check_due_on(input->due_on, cause->now_us, problems);
        next->due_on = input->due_on;
    }
    if (input->sets_state)
        next->state = input->state;
    if (input->sets_source) {
        next->has_source = true;
        next->source_type = input->source_type;
        next->source = input->source;
        if (!input->is_source_known)
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/source/id");
    }
    next->is.is_counted = next->state == PB__TASK_STATE__TASK_STATE_OPEN;
}

static bool is_same(const struct task *one, const struct task *other)
{
    return strcmp(one->title, other->title) == 0 && uuid_equal(&one->assignee, &other->assignee) &&
           one->due_on == other->due_on && one->state == other->state;
}

enum err task_add(const struct uuid *organization, const struct task_input *input, int32_t n_open,
                  const struct meeting_cause *cause, struct problems *problems, struct task *ret_task)
{
    struct task next = {
        .is = {.id = uuid_derive(&cause->message, "task", 0),
               .organization = *organization,
               .version = 1,
               .created_at_us = cause->now_us},
        .state = PB__TASK_STATE__TASK_STATE_OPEN,
    };
    if (n_open >= TASKS_OPEN_LIMIT)
        return ERR_LIMIT_REACHED;
    take_input(input, cause, problems, &next);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_task = next;
    return err;
}

enum err task_edit(const struct task *task, const struct task_input *input, int32_t n_open,
                   const struct meeting_cause *cause, struct problems *problems, struct task *ret_next)
{
    struct task next = *task;
    take_input(input, cause, problems, &next);
    if (next.is.is_counted && !task->is.is_counted && n_open >= TASKS_OPEN_LIMIT)
        return ERR_LIMIT_REACHED;
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    if (!is_same(task, &next))
        next.is.version++;
    *ret_next = next;
    return ERR_OK;
}
