/* Digests: facts of one kind about one subject gather in one item while nobody has read it, and phones ring once. Pure;
 * any thread. */
#ifndef SOTAY_NOTIFICATION_DIGEST_H
#define SOTAY_NOTIFICATION_DIGEST_H

#include "services/notification/inbox/notification.h"

/* The newest item under a key, and when phones rang for it or for one before. */
struct digest {
    struct uuid key, item;
    int32_t facts; /* that the item tells of */
    int64_t opened_at_us;
    bool is_read;        /* by one of those whom it reaches */
    bool rings;          /* the item has a push */
    int64_t rings_at_us; /* the newest push under this key; 0: none */
};

/* What a fact makes of it; `last`: NULL when it is the first. `rings`: phones may ring for this fact.
 *   It joins the item while nobody has read that, for a day at most; else it opens a new one, whose id is the fact's.
 *   An item rings once, and not within half an hour of the last ring under its key: then it rings when that is over. */
struct digest digest_next(const struct digest *last, const struct notification *fact, bool rings);
/* The title of an item that tells of so many facts, of which this is one. */
const char *digest_title(TALLOC_CTX *ctx, const struct notification *fact, int32_t facts);

#endif
