/* What is wrong with a message, by field: what clients read as `errors` of a problem. Owned by the context that it was
 * begun with; pure, any thread. */
#ifndef SOTAY_COMMON_FIELD_ERRORS_H
#define SOTAY_COMMON_FIELD_ERRORS_H

#include "common/base/err.h"
#include <stddef.h>
#include <talloc.h>

#define FIELD_ERRORS_MAX 100
#define FIELD_NAME_CHARACTERS 64 /* of a name that is said back: a client may send one of a megabyte */

struct field_error {
    /* JSON pointer into the body (RFC 6901: "/agenda/0/title"; "" is the whole), or a parameter's plain name */
    const char *field;
    enum err code; /* ERR_FIELD_… */
};

struct field_errors {
    TALLOC_CTX *ctx;
    size_t n;
    struct field_error items[FIELD_ERRORS_MAX];
};

/* One part of a JSON pointer, as a chain upwards: a member by name, or an item (name NULL) by index. NULL is the
 * whole. */
struct field_place {
    const struct field_place *up;
    const char *name;
    size_t index;
};

void field_errors_init(struct field_errors *errors, TALLOC_CTX *ctx);

/* All do nothing past the maximum. `field` and `name` are copied; a parameter's name is the client's. */
void field_errors_add(struct field_errors *errors, const char *field, enum err code);
void field_errors_add_parameter(struct field_errors *errors, const char *name, enum err code);
void field_errors_add_at(struct field_errors *errors, const struct field_place *at,
                         enum err code); /* ERR_OK adds none */

#endif
