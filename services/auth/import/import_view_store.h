/* SELECTs whose rows are answers about an import. Who sees one: administrators over all that its importer administered.
 * Each makes one round trip; results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_IMPORT_VIEW_STORE_H
#define SOTAY_AUTH_IMPORT_VIEW_STORE_H

#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "sotay/v1/roster.pb-c.h"

/* Without its errors and warnings; NULL: it does not exist for this scope. */
MUST_CHECK enum err import_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                           const struct uuid *id, Pb__Roster **ret_roster);

struct import_view_error {
    const char *file, *field;
    int64_t line;
    enum err code;
};
struct import_view_errors {
    struct import_view_error *items;
    size_t n;
};
/* The first `limit`, of organizations.csv before members.csv, in the order of lines. */
MUST_CHECK enum err import_view_store_errors(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, bool warnings,
                                             int limit, struct import_view_errors *ret_errors);

struct import_view_absent {
    struct uuid member;
    const char *card_number, *full_name, *branch_code, *branch;
};
/* The first `limit`, by branch and name, of those who still live where the scope administers. */
MUST_CHECK enum err import_view_store_absent(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                             const struct uuid *id, int limit, struct import_view_absent **ret_items,
                                             size_t *ret_n);

#endif
