/* What a member wants of his phones: pure rules. Any thread. */
#ifndef SOTAY_NOTIFICATION_PREFERENCE_H
#define SOTAY_NOTIFICATION_PREFERENCE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "sotay/v1/notification.pb-c.h"
#include <talloc.h>

/* Quiet for all from 21:00 to 7:00, in minutes since midnight, local. */
enum { QUIET_FROM = 21 * 60, QUIET_TO = 7 * 60, QUIET_AS_ALL = -1 };

struct preference {
    struct uuid member;
    uint64_t version; /* 1: he has said nothing yet */
    Pb__DigestChoice digest;
    Pb__Locale locale;
    int32_t quiet_from, quiet_to; /* QUIET_AS_ALL: as for all */
    bool meetings, documents, surveys, reminders;
};

/* What somebody gets who has said nothing. */
struct preference preference_default(const struct uuid *member);
/* What becomes of it. ERR_FIELD_QUIET_SHORT in *ret_field's name: quiet hours may be longer than those for all, never
 * shorter, and some of the day is left to ring in. */
MUST_CHECK enum err preference_edit(const struct preference *before, const Pb__EditPreferences *edit,
                                    struct preference *ret_after, const char **ret_field);
bool preference_is_same(const struct preference *a, const struct preference *b);

/* Owned by ctx. */
Pb__Preferences *preference_view(TALLOC_CTX *ctx, const struct preference *preference);

#endif
