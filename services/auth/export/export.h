/* What a member takes with him: that he asked for it, and until when he may fetch it. Nothing of it is kept: the
 * gateway puts it together from what the services hold while it is fetched. Any thread. */
#ifndef SOTAY_AUTH_EXPORT_H
#define SOTAY_AUTH_EXPORT_H

#include "common/base/uuid.h"
#include "sotay/v1/auth.pb-c.h"
#include <talloc.h>

struct own_export {
    struct uuid id, member;
    int64_t expires_at_us;
};
/* As its member sees it; owned by ctx. */
Pb__Export *export_view(TALLOC_CTX *ctx, const struct own_export *export);

#endif
