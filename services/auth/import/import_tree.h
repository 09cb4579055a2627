/* The organisations of an import: the file laid over what is there, checked as a whole. A parent stands on a higher
 * level than its children, so that cycles cannot be. Owned by its context; one thread. */
#ifndef SOTAY_AUTH_IMPORT_TREE_H
#define SOTAY_AUTH_IMPORT_TREE_H

#include "services/auth/import/import_file.h"
#include "services/auth/organization/organization_store.h"

struct import_tree;
/* Reads `path` over the tree in the database. Errors are added, rows in error left out. ERR_INVALID: the header is
 * wrong. */
MUST_CHECK enum err import_tree_read(TALLOC_CTX *ctx, struct pg *pg, const char *path, struct import_errors *errors,
                                     struct import_tree **ret_tree);
int64_t import_tree_rows(const struct import_tree *tree);
/* NULL: there is no such organisation, neither before nor in the file. */
const struct organization_row *import_tree_find(const struct import_tree *tree, const char *code);
/* What must be written; the counts of rows that make, change and repeat an organisation. */
const struct organization_row *import_tree_changes(struct import_tree *tree, size_t *ret_n, int64_t *ret_created,
                                                   int64_t *ret_unchanged);

#endif
