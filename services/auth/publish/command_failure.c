#include "services/auth/publish/command_failure.h"

#include <stdio.h>
#include <stdlib.h>

int command_failure(const char *command, enum err err, const struct pg *pg)
{
    const char *text = err == ERR_OWNER_LOST ? "another import is under way" : err_info(err)->text_en;
    const char *message = pg ? pg_message(pg) : "";
    (void)fprintf(stderr, "%s: %s%s%s\n", command, text, *message ? ": " : "", message);
    return EXIT_FAILURE;
}
