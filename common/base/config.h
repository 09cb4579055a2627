/* Configuration: one table per process. `X --help` prints it; an unknown key or a bad value stops start-up and names
 * the key. Read once at start, then constant: any thread may read.
 *
 *     struct config_key table[] = {
 *         {.name = "listen", .type = CONFIG_TEXT, .text = &cfg.listen, .text_default = "127.0.0.1:8101",
 *          .help = "address of …"},
 *         {.name = "batch_limit", .type = CONFIG_INT, .number = &cfg.batch_limit, .number_default = 500,
 *          .min = 1, .max = 5000, .unit = "messages", .help = …},
 *     }; */
#ifndef SOTAY_COMMON_CONFIG_H
#define SOTAY_COMMON_CONFIG_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum config_type { CONFIG_TEXT, CONFIG_INT, CONFIG_BOOL, CONFIG_SECRET_FILE };

struct config_key {
    const char *name;
    enum config_type type;
    const char **text; /* TEXT; SECRET_FILE: the file's first line, never printed; NULL when not set */
    int64_t *number;   /* INT */
    bool *flag;        /* BOOL: true|false */
    const char *text_default;
    int64_t number_default, min, max;
    const char *unit; /* "ms", "bytes", "" */
    const char *help;
};

/* Sets every key to its default, then reads `path` (NULL: defaults only) of `key = value` lines, `#` starts a comment
 * line. ERR_CONFIG after a line on stderr that names file, line and key. Texts live as long as the process. */
MUST_CHECK enum err config_read(const char *path, const struct config_key keys[], size_t n);
void config_print_help(FILE *out, const char *service, const struct config_key keys[], size_t n);

#endif
