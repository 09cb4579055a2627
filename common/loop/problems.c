#include "common/loop/problems.h"

#include "common/loop/loop.h"
#include <stdarg.h>
#include <stdio.h>

void problems_add(struct problems *problems, enum err code, const char *format, ...)
{
    if (problems->n == PROBLEMS_LIMIT)
        return;
    struct problem *problem = &problems->items[problems->n++];
    problem->code = code;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem->field, sizeof problem->field, format, args); /* pointers of ours, shorter than the field */
    va_end(args);
}

enum err problems_verdict(const struct problems *problems)
{
    return problems->n > 0 ? ERR_INVALID : ERR_OK;
}

enum err problems_refuse(const struct problems *problems, const struct loop_message *message, enum err err)
{
    for (size_t i = 0; i < problems->n; i++)
        err = loop_field(message, problems->items[i].field, problems->items[i].code);
    return err;
}
