#include "services/auth/audit/audit.h"

#include <openssl/evp.h>
#include <string.h>

enum { CANONICAL_BYTES = AUDIT_HASH_BYTES + 2 * 8 + 16 + 2 * 4 + 3 * 16 };

static uint8_t *put_number(uint8_t *at, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
    return at + n;
}

static uint8_t *put_id(uint8_t *at, const struct uuid *id)
{
    memcpy(at, id->bytes, sizeof id->bytes);
    return at + sizeof id->bytes;
}

enum err audit_hash(const struct audit_link *link, uint8_t ret_hash[AUDIT_HASH_BYTES])
{
    uint8_t bytes[CANONICAL_BYTES], *at = bytes;
    memcpy(at, link->previous, AUDIT_HASH_BYTES);
    at = put_number(at + AUDIT_HASH_BYTES, (uint64_t)link->number, 8);
    at = put_number(at, (uint64_t)link->is.at_us, 8);
    at = put_id(at, &link->is.actor);
    at = put_number(at, (uint64_t)link->is.action, 4);
    at = put_number(at, (uint64_t)link->is.subject_type, 4);
    at = put_id(at, &link->is.subject);
    at = put_id(at, &link->is.organization);
    at = put_id(at, &link->is.message);
    return EVP_Digest(bytes, (size_t)(at - bytes), ret_hash, NULL, EVP_sha256(), NULL) ? ERR_OK : ERR_INTERNAL;
}

const char *audit_break(const struct audit_link *before, const struct audit_link *link)
{
    static const struct audit_link NONE;
    uint8_t hash[AUDIT_HASH_BYTES];
    if (!before)
        before = &NONE;
    if (link->number != before->number + 1)
        return "a row is missing before it";
    if (memcmp(link->previous, before->hash, AUDIT_HASH_BYTES) != 0)
        return "it does not follow the row before it";
    if (audit_hash(link, hash) || memcmp(link->hash, hash, AUDIT_HASH_BYTES) != 0)
        return "its hash is not that of what it says";
    return NULL;
}
