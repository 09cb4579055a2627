/* What members are asked to consent to: pure rules. Any thread. */
#ifndef SOTAY_AUTH_CONSENT_H
#define SOTAY_AUTH_CONSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words of the API, in the order in which they are shown. */
extern const char *const CONSENT_PURPOSES[];
extern const size_t N_CONSENT_PURPOSES;

bool consent_has_purpose(const char *word);

struct consent {
    const char *purpose;
    bool granted;
    const char *text_version; /* NULL: never asked */
    int64_t at_us;
};
/* Whether `said` says nothing new: then the first answer stands, with its time. */
bool consent_is_same(const struct consent *known, const struct consent *said);

#endif
