/* The audit: what was done to whom, by whom. Rows are only added, each in the transaction of what it tells, and
 * chained:
 *
 *   hash = SHA-256 over: the hash of the row before (32 bytes, those of the first are zero) · number, at_us (8 bytes
 *          each) · actor (16, zero: none) · action, subject type (4 each) · subject, organisation, message (16 each)
 *
 * numbers big endian. A trigger makes it (018_audit.sql); audit_hash makes it again for who verifies. A row that was
 * altered, put in or taken out breaks the chain there; what was cut off at the end only a hash that somebody noted
 * before can tell. Pure, any thread; it lies below all that is audited. */
#ifndef SOTAY_AUTH_AUDIT_H
#define SOTAY_AUTH_AUDIT_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "sotay/v1/audit.pb-c.h"
#include <stdbool.h>

enum { AUDIT_HASH_BYTES = 32 };

struct audit {
    int64_t at_us;
    struct uuid actor; /* zero: it came by itself, or from the machine's operator */
    Pb__AuditAction action;
    Pb__AuditSubject__Type subject_type;
    struct uuid subject;
    struct uuid organization; /* whose administrators read of it; zero: the member's branch, or the root */
    struct uuid message;
};
struct audit_link {
    struct audit is;
    int64_t number; /* from 1, without gaps */
    uint8_t previous[AUDIT_HASH_BYTES], hash[AUDIT_HASH_BYTES];
};

/* ERR_INTERNAL: the library failed. */
MUST_CHECK enum err audit_hash(const struct audit_link *link, uint8_t ret_hash[AUDIT_HASH_BYTES]);
/* Why it does not follow the one before (NULL: it is the first); NULL: it does. */
const char *audit_break(const struct audit_link *before, const struct audit_link *link);

#endif
