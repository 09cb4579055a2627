#include "services/auth/consent/consent.h"

#include "common/base/array.h"
#include <string.h>

/* processing: what the application keeps of him and why · notifications: his phone rings · statistics: what he opens is
 * counted. */
const char *const CONSENT_PURPOSES[] = {"processing", "notifications", "statistics"};
const size_t N_CONSENT_PURPOSES = ARRAY_LENGTH(CONSENT_PURPOSES);

bool consent_has_purpose(const char *word)
{
    for (size_t i = 0; i < N_CONSENT_PURPOSES; i++)
        if (strcmp(CONSENT_PURPOSES[i], word) == 0)
            return true;
    return false;
}

bool consent_is_same(const struct consent *known, const struct consent *said)
{
    return known->text_version && known->granted == said->granted &&
           strcmp(known->text_version, said->text_version) == 0;
}
