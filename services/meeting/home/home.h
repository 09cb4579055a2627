/* What a member has to do now, as far as this service knows, and which meeting is his next one. Pure; results live in
 * ctx. */
#ifndef SOTAY_MEETING_HOME_H
#define SOTAY_MEETING_HOME_H

#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting_access.h"
#include "services/meeting/task/task.h"
#include "sotay/v1/home.pb-c.h"

enum {
    HOME_DAYS_BACK = 40, /* what is older is not asked of anybody any more */
    HOME_MONTHS = 3,     /* this one and those after it: registration may be due very early in the month before */
};

struct home_todo {
    Pb__Home__Todo__Kind kind;
    const char *title;
    int64_t due_at_us; /* 0: no hour */
    Pb__SubjectType subject_type;
    struct uuid subject;
};
struct home_list {
    TALLOC_CTX *ctx;
    struct home_todo *items;
    size_t n;
};

/* It is published and not over, and he is asked to come or has convened it. `reader`: what he is to its organisation,
 * whether he is suspended or not. */
bool home_is_ahead(const struct meeting *meeting, const struct meeting_actor *reader, int64_t now_us);

/* What follows for somebody who is asked to come; for whoever leads or convenes it: a roll call, minutes, and the
 * resolution that is owed. */
void home_add_pack(struct home_list *list, const struct meeting *next);
void home_add_meeting(struct home_list *list, const struct meeting *meeting, const struct meeting_actor *reader,
                      int64_t now_us);
/* A branch's month is to be registered, this one's or one of the next, from the day on that its draft is ready until a
 * meeting has it. The day is that of compliance and reminders: by the rules that held when it came. */
void home_add_registration(struct home_list *list, const struct meeting_host *branch,
                           const struct meeting *const meetings[], size_t n, int64_t now_us);
void home_add_task(struct home_list *list, const struct task *task);
/* What is due first comes first; what has no hour, last. */
void home_sort(struct home_list *list);

#endif
