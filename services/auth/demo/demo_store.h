/* SQL of the demo: what seed-demo does to many members at once, and finding one by the card. Each function makes its
 * round trip. Results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_DEMO_STORE_H
#define SOTAY_AUTH_DEMO_STORE_H

#include "services/auth/publish/ids.h"

/* Gives an account to those of the members that have none. Ids of new accounts, and of those among them whose phone the
 * roster knows. */
MUST_CHECK enum err demo_store_add_accounts(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n,
                                            const char *hash, int64_t now_us, struct ids *ret_new,
                                            struct ids *ret_with_phone);
MUST_CHECK enum err demo_store_set_totp(struct pg *pg, TALLOC_CTX *ctx, const char *card_number,
                                        ProtobufCBinaryData sealed);
MUST_CHECK enum err demo_store_find_member(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, bool *ret_found,
                                           struct uuid *ret_id);

#endif
