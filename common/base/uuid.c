#include "common/base/uuid.h"
#include "common/base/mem.h"
#include <endian.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIME_BYTES = 6, US_A_MS = 1000 };

/* In the text form, a hyphen stands before these bytes. */
static bool hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void uuid_format(const struct uuid *id, char text[UUID_TEXT_BYTES])
{
    static const char DIGITS[] = "0123456789abcdef";
    char *out = text;
    for (size_t i = 0; i < sizeof(id->bytes); i++) {
        if (hyphen_before(i))
            *out++ = '-';
        *out++ = DIGITS[id->bytes[i] >> 4];
        *out++ = DIGITS[id->bytes[i] & 15];
    }
    *out = '\0';
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum err uuid_parse(const char *text, struct uuid *ret_id)
{
    struct uuid id;
    if (strnlen(text, UUID_TEXT_BYTES) != UUID_TEXT_BYTES - 1)
        return ERR_FIELD_FORMAT;
    for (size_t i = 0; i < sizeof(id.bytes); i++) {
        if (hyphen_before(i) && *text++ != '-')
            return ERR_FIELD_FORMAT;
        int high = digit_value(*text++);
        int low = digit_value(*text++);
        if (high < 0 || low < 0)
            return ERR_FIELD_FORMAT;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_id = id;
    return ERR_OK;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return uuid_compare(a, b) == 0;
}

int uuid_compare(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool uuid_is_zero(const struct uuid *id)
{
    static const struct uuid ZERO;
    return uuid_equal(id, &ZERO);
}

/* RFC 9562, section 4: version in the upper half of byte 6, variant 10 in the upper two bits of byte 8. */
static void set_version(struct uuid *id, unsigned version)
{
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

static struct uuid random_bytes(void)
{
    struct uuid id;
    /* Fails only on a kernel without getrandom: there is no safe way on. */
    if (getentropy(id.bytes, sizeof(id.bytes)) != 0)
        abort();
    return id;
}

struct uuid uuid_random(void)
{
    struct uuid id = random_bytes();
    set_version(&id, 4);
    return id;
}

struct uuid uuid_random_at(int64_t at_us)
{
    struct uuid id = uuid_at(random_bytes(), at_us);
    set_version(&id, 7);
    return id;
}

struct uuid uuid_at(struct uuid id, int64_t at_us)
{
    uint64_t big_endian = htobe64((uint64_t)(at_us / US_A_MS) << 16);
    memcpy(id.bytes, &big_endian, TIME_BYTES);
    return id;
}

struct uuid uuid_at_time_of(struct uuid id, const struct uuid *from)
{
    memcpy(id.bytes, from->bytes, TIME_BYTES);
    return id;
}

bool uuid_is_v7(const struct uuid *id)
{
    return id->bytes[6] >> 4 == 7 && id->bytes[8] >> 6 == 2;
}

struct uuid uuid_hash(size_t n, const void *const parts[], const size_t part_bytes[])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n; i++) {
        uint32_t length = htobe32((uint32_t)part_bytes[i]);
        crypto_hash_sha256_update(&state, (const unsigned char *)&length, sizeof(length));
        crypto_hash_sha256_update(&state, parts[i], part_bytes[i]);
    }
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state, digest);
    struct uuid id;
    memcpy(id.bytes, digest, sizeof(id.bytes));
    set_version(&id, 8);
    return id;
}

struct uuid uuid_derive(const struct uuid *parent, const char *label, uint64_t number)
{
    uint64_t big_endian = htobe64(number);
    const void *parts[] = {parent->bytes, label, &big_endian};
    const size_t part_bytes[] = {sizeof(parent->bytes), strlen(label), sizeof(big_endian)};
    return uuid_at_time_of(uuid_hash(3, parts, part_bytes), parent);
}

enum err uuid_from_pb(ProtobufCBinaryData data, struct uuid *ret_id)
{
    if (data.len != sizeof(ret_id->bytes))
        return ERR_FIELD_FORMAT;
    memcpy(ret_id->bytes, data.data, sizeof(ret_id->bytes));
    return ERR_OK;
}

struct uuid uuid_or_zero(ProtobufCBinaryData data)
{
    struct uuid id = {{0}};
    return uuid_from_pb(data, &id) ? (struct uuid){{0}} : id;
}

ProtobufCBinaryData uuid_to_pb(void *ctx, const struct uuid *id)
{
    return mem_bytes(ctx, id->bytes, sizeof(id->bytes));
}

ProtobufCBinaryData *uuids_to_pb(void *ctx, const struct uuid ids[], size_t n)
{
    ProtobufCBinaryData *views = mem_array(ctx, ProtobufCBinaryData, n);
    for (size_t i = 0; i < n; i++)
        views[i] = uuid_to_pb(ctx, &ids[i]);
    return views;
}
