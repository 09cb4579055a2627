/* Who asks, as far as visibility goes: his branch and grants, from the directory's copy. Pure data of one request. */
#ifndef SOTAY_GATEWAY_VIEWER_H
#define SOTAY_GATEWAY_VIEWER_H

#include "common/base/uuid.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

#define VIEWER_GRANTS 16 /* more than anybody holds; the directory drops what is beyond, and says so */

struct viewer_grant {
    struct uuid organization;
    Pb__Role role;
};

struct viewer {
    bool signed_in, has_branch;
    struct uuid member, session, branch;
    uint32_t generation; /* tokens with a lower `gen` are refused */
    size_t n_grants;
    struct viewer_grant grants[VIEWER_GRANTS]; /* sorted: equal rights give equal keys */
};

enum viewer_scope { SCOPE_PUBLIC, SCOPE_BRANCH, SCOPE_MEMBER };

/* The scope that a query carries; NULL for SCOPE_PUBLIC. Owned by ctx. */
Pb__Scope *viewer_scope(TALLOC_CTX *ctx, const struct viewer *viewer, enum viewer_scope scope);

/* `vis`: the bytes that decide visibility in this scope, appended to a cache key. At most VIEWER_KEY_BYTES. */
#define VIEWER_KEY_BYTES (2 + 16 + 16 + 16 + VIEWER_GRANTS * 17)
size_t viewer_key(const struct viewer *viewer, enum viewer_scope scope, uint8_t key[VIEWER_KEY_BYTES]);

/* True if he holds one of the roles of the mask (1 << PB__ROLE__…) anywhere; an empty mask lets everyone pass. */
bool viewer_has_role(const struct viewer *viewer, unsigned roles);

#endif
