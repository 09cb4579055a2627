/* Organisations as clients see them, with the visibility of ACCESS.md in the SQL. Results are owned by `ctx`; one
 * thread for each connection; each function blocks for one round trip. */
#ifndef SOTAY_AUTH_ORGANIZATION_VIEW_STORE_H
#define SOTAY_AUTH_ORGANIZATION_VIEW_STORE_H

#include "services/auth/organization/name_page.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"

/* NULL: not for this scope. *ret_org may be NULL; else it gets what directory_scope_standing needs. */
MUST_CHECK enum err organization_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                                 const struct uuid *id, Pb__Organization **ret_organization,
                                                 struct directory_org *ret_org);

struct organization_child {
    Pb__Organization *item;
    const char *search_name; /* of which the cursor is made */
};
/* Children that the scope sees, in the order of their names; up to the page's limit and one more. */
MUST_CHECK enum err organization_view_store_children(struct pg *pg, TALLOC_CTX *ctx,
                                                     const struct directory_scope *scope, const struct uuid *parent,
                                                     const struct name_page *page,
                                                     struct organization_child **ret_children, size_t *ret_n);

#endif
