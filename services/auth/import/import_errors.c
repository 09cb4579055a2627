#include "services/auth/import/import_errors.h"

void import_errors_add(struct import_errors *errors, const struct import_error *error)
{
    if (errors->count++ < IMPORT_ERRORS_MOST)
        array_add(errors->ctx, &errors->kept, *error);
}

void import_errors_warn(struct import_errors *errors, const struct import_error *warning)
{
    struct import_error kept = *warning;
    kept.is_warning = true;
    if (errors->warnings++ < IMPORT_ERRORS_MOST)
        array_add(errors->ctx, &errors->kept, kept);
}

void import_errors_clear(struct import_errors *errors)
{
    errors->kept.n = 0;
}
