/* What a reader's "read" covers. Pure; any thread. In SQL: READING_AT in audience/reading_store.h. */
#ifndef SOTAY_NOTIFICATION_INBOX_H
#define SOTAY_NOTIFICATION_INBOX_H

#include "common/base/uuid.h"
#include <stdbool.h>

/* Where an item stands in inboxes, newest first, and since when it says what it says. */
struct inbox_place {
    int64_t created_at_us;
    struct uuid item;
    int64_t told_at_us;
    bool is_digest;
};

/* What a reader said at `at_us`, when his message was accepted: this item, or all up to it. */
struct inbox_read {
    struct inbox_place place;
    bool up_to;
    int64_t at_us;
};

/* What came after that, he has not seen: facts that joined a digest, and items that came late to an earlier place, stay
 * unread. */
bool inbox_covers(const struct inbox_read *read, const struct inbox_place *item);

#endif
