/* Making a Reach (envelope.proto): a service's rule of who sees a thing, as the gateway's streams ask for it once for
 * all who listen. Everything lives in ctx; ids are copied. Pure, any thread. */
#ifndef SOTAY_DIRECTORY_REACH_H
#define SOTAY_DIRECTORY_REACH_H

#include "common/base/uuid.h"
#include "sotay/v1/envelope.pb-c.h"
#include <talloc.h>

/* Of nobody, until it is filled. */
Pb__Reach *reach_new(TALLOC_CTX *ctx, const struct uuid *id, uint64_t version);
/* Whoever has one of the roles in one of the organisations; without roles: whoever has a place there. */
void reach_add_places(TALLOC_CTX *ctx, Pb__Reach *reach, const struct uuid organizations[], size_t n,
                      const Pb__Role roles[], size_t n_roles);
void reach_add_keepers(TALLOC_CTX *ctx, Pb__Reach *reach, const struct uuid organizations[], size_t n,
                       const Pb__Role roles[], size_t n_roles);

#endif
