/* SQL of letters: for whom they may be made. Results are owned by `ctx`; one thread for each connection; each function
 * blocks for one round trip. */
#ifndef SOTAY_AUTH_LETTER_STORE_H
#define SOTAY_AUTH_LETTER_STORE_H

#include "common/pg/pg.h"

struct letter_filter {
    struct uuid organization;
    bool subtree; /* else: members directly in it */
    /* Who holds another role, or one elsewhere, is above whoever asks. */
    const int32_t *roles;
    size_t n_roles;
    const struct uuid *within; /* and all below these */
    size_t n_within;
    const struct uuid *named; /* NULL: all who need a letter and hold no live code */
    size_t n_named;
    int64_t now_us;
};
struct letter_row {
    struct uuid member;
    char *full_name, *branch, *card_number;
    bool below;    /* holds nothing that is above whoever asks */
    bool needs_it; /* has not left, and was never signed in */
};
/* In the order of branches and names, up to `limit`. Those who are named are all there that belong to the
 * organisation. */
MUST_CHECK enum err letter_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct letter_filter *filter, int limit,
                                      struct letter_row **ret_rows, size_t *ret_n);

#endif
