/* The rules of tasks: what a branch has to do until a day, and perhaps who does it. State, a command, the time → the
 * next state or a refusal. A task may be opened again, and put right once it is done. Pure; any thread. */
#ifndef SOTAY_MEETING_TASK_H
#define SOTAY_MEETING_TASK_H

#include "services/meeting/prepared/prepared.h"
#include "sotay/v1/preparation.pb-c.h"

enum { TASKS_OPEN_LIMIT = 500 }; /* of an organisation */

struct task {
    struct prepared is; /* counted while it is open */
    const char *title;
    struct uuid assignee; /* zero: nobody by himself */
    int32_t due_on;
    Pb__TaskState state;
    bool has_source;
    Pb__Task__Source__Type source_type;
    struct uuid source;
};

/* With the name of who does it, where it is known. */
struct named_task {
    struct task is;
    const char *assignee; /* or NULL */
};

/* What a body says, with what it names looked up. `sets_*`: the body names the field. */
struct task_input {
    const char *title; /* NULL: keeps */
    bool sets_assignee, sets_due_on, sets_state, sets_source;
    struct uuid assignee; /* zero: nobody */
    bool may_be_assigned; /* he belongs to the organisation */
    int32_t due_on;
    Pb__TaskState state;
    Pb__Task__Source__Type source_type;
    struct uuid source;
    bool is_source_known; /* to who says it */
};

/* Both: ERR_INVALID fills `problems`; ERR_LIMIT_REACHED: `n_open` are as many as may be. */
MUST_CHECK enum err task_add(const struct uuid *organization, const struct task_input *input, int32_t n_open,
                             const struct meeting_cause *cause, struct problems *problems, struct task *ret_task);
/* What is so already changes nothing: the version stays. */
MUST_CHECK enum err task_edit(const struct task *task, const struct task_input *input, int32_t n_open,
                              const struct meeting_cause *cause, struct problems *problems, struct task *ret_next);

#endif
