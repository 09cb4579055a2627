/* The organisations of an import: the file laid over what is there, checked as a whole. A parent stands on a higher
 * level than its children, so that cycles cannot be. Owned by its context; one thread. */
#ifndef SOTAY_AUTH_IMPORT_TREE_H
#define SOTAY_AUTH_IMPORT_TREE_H

#include "services/auth/import/import_file.h"
#include "services/auth/organization/organization_store.h"

/* What the importer administers: these organisations with their subtrees, or all. */
struct import_scope {
    const struct uuid *organizations;
    size_t n;
    bool is_all;
};
struct import_tree;
/* Reads `path` over the tree in the database; NULL: there is no file. Errors are added; rows in error, and those that
 * change what does not lie within `scope`, are left out. ERR_ROSTER_HEADER, ERR_ROSTER_TOO_LARGE: nothing of it can be
 * taken. Borrows scope and errors. */
MUST_CHECK enum err import_tree_read(TALLOC_CTX *ctx, struct pg *pg, const char *path, const struct import_scope *scope,
                                     struct import_errors *errors, struct import_tree **ret_tree);
bool import_tree_is_within(const struct import_tree *tree, const struct uuid *organization); /* its scope */
int64_t import_tree_rows(const struct import_tree *tree);
/* NULL: there is no such organisation, neither before nor in the file. */
const struct organization_row *import_tree_find(const struct import_tree *tree, const char *code);
/* What must be written; the counts of rows that make, change and repeat an organisation. */
const struct organization_row *import_tree_changes(struct import_tree *tree, size_t *ret_n, int64_t *ret_created,
                                                   int64_t *ret_unchanged);

/* Locks what must be written and stands above it, until the caller's transaction ends. ERR_RETRY: one of them is not as
 * it was when the tree was read. */
MUST_CHECK enum err import_tree_hold(struct import_tree *tree, struct pg *pg, const struct organization_row changes[],
                                     size_t n);

#endif
