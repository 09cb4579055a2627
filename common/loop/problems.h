/* What is wrong with a command's body, as pure rules find it: field by field, up to a hundred; the rest is told once
 * these are mended. In place, owned by the handler, its thread. */
#ifndef SOTAY_COMMON_PROBLEMS_H
#define SOTAY_COMMON_PROBLEMS_H

#include "common/base/err.h"
#include <stddef.h>

enum { PROBLEMS_LIMIT = 100, PROBLEM_FIELD_BYTES = 64 };

struct problem {
    char field[PROBLEM_FIELD_BYTES]; /* JSON pointer: "/agenda/0/minutes" */
    enum err code;
};
struct problems {
    size_t n;
    struct problem items[PROBLEMS_LIMIT];
};

/* The field is printf's, and shorter than PROBLEM_FIELD_BYTES. */
void problems_add(struct problems *problems, enum err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
MUST_CHECK enum err problems_verdict(const struct problems *problems); /* ERR_INVALID if there is one */

/* The rejection of a message whose rule returned `err`, with its fields if it was for these. */
struct loop_message;
MUST_CHECK enum err problems_refuse(const struct problems *problems, const struct loop_message *message, enum err err);

#endif
