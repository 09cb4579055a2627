/* Rules out of the directory's tables. The thread that owns the pg. */
#ifndef SOTAY_DIRECTORY_RULES_STORE_H
#define SOTAY_DIRECTORY_RULES_STORE_H

#include "common/pg/pg.h"
#include "services/directory/rules.h"

/* A column: what all organisations on a path (a literal naming an uuid[]) have said of their rules. */
#define RULES_OF_PATH(path) \
    "(SELECT string_agg(a.rules, ''::bytea) FROM directory_organization a WHERE a.id = ANY(" path "))"
/* NULL: nobody has said anything, or our own bytes are none. Owned by ctx. */
const Pb__DirectoryRules *rules_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column);

#endif
