#include "services/auth/import/import_errors.h"

void import_errors_add(struct import_errors *errors, const char *file, int64_t line, const char *field, enum err code)
{
    errors->count++;
    if (errors->kept.n < IMPORT_ERRORS_KEPT)
        array_add(errors->ctx, &errors->kept,
                  (struct import_error){.file = file, .line = line, .field = field, .code = code});
}
