/* How a task looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments' strings. */
#ifndef SOTAY_MEETING_TASK_VIEW_H
#define SOTAY_MEETING_TASK_VIEW_H

#include "services/meeting/task/task.h"

Pb__Task *view_task(TALLOC_CTX *ctx, const struct named_task *named);

#endif
