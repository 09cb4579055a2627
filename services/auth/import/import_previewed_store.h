/* Previews as commands read them: which files they were of, and whose they are. One thread for each connection. */
#ifndef SOTAY_AUTH_IMPORT_PREVIEWED_STORE_H
#define SOTAY_AUTH_IMPORT_PREVIEWED_STORE_H

#include "common/base/uuid_map.h"
#include "services/auth/import/import_store.h"

struct import_previewed {
    struct import_job job; /* its files and scope */
    bool is_done;          /* and can be taken */
    /* Of each organisation that its importer administered the path, itself last. */
    ARRAY(struct import_scope) paths;
};
struct pg_result *import_previewed_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
/* A row of the result: adds it to the imports (struct import_previewed), which are owned by ctx. */
void import_previewed_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct uuid_map *previews);
/* Whether somebody who administers `scope` administers all that the preview's importer did. Pure. */
bool import_previewed_is_within(const struct import_previewed *previewed, const struct import_scope *scope);

#endif
