/* Members as clients see them. Who may ask is decided by member_query.c. Results are owned by `ctx`; one thread for
 * each connection; each function blocks for at most two round trips. */
#ifndef SOTAY_AUTH_MEMBER_VIEW_STORE_H
#define SOTAY_AUTH_MEMBER_VIEW_STORE_H

#include "services/auth/organization/name_page.h"
#include "sotay/v1/auth.pb-c.h"

/* NULL: no such member. */
MUST_CHECK enum err member_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id,
                                           Pb__Member **ret_member);

/* Of whom status, exemption, phone and activation are shown, or asked for. */
enum member_privacy { PRIVACY_OF_NOBODY, PRIVACY_OF_DIRECT, PRIVACY_OF_ALL };
struct member_filter {
    struct uuid organization;
    int64_t subtree; /* of so many members it is that of its whole subtree; 0: of members directly in it */
    enum member_privacy privacy;
    bool has_status, has_exempt, has_activated, exempt, activated;
    Pb__MemberStatus status;
};
struct member_row {
    Pb__MemberItem *item;
    const char *name_key; /* of which the cursor is made */
};
/* In the order of their names; up to the page's limit and one more. */
MUST_CHECK enum err member_view_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct member_filter *filter,
                                           const struct name_page *page, struct member_row **ret_rows, size_t *ret_n);

/* Of the members that are in these branches: who has a phone, and which. */
struct member_phones {
    const struct uuid *members, *branches;
    size_t n_members, n_branches;
};
struct member_phone {
    struct uuid member, branch;
    char *phone;
};
MUST_CHECK enum err member_view_store_phones(struct pg *pg, TALLOC_CTX *ctx, const struct member_phones *wanted,
                                             struct member_phone **ret_phones, size_t *ret_n);

#endif
