/* Results in PostgreSQL's binary format (src/backend/utils/adt: *_send, array_send). */
#include "common/pg/pg_internal.h"

#include "common/base/mem.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

static int result_destroy(struct pg_result *result)
{
    PQclear(result->rows);
    return 0;
}

struct pg_result *pg_result_new(TALLOC_CTX *ctx)
{
    struct pg_result *result = mem_new(ctx, struct pg_result);
    talloc_set_destructor(result, result_destroy);
    return result;
}

size_t pg_rows(const struct pg_result *result)
{
    return result->rows ? (size_t)PQntuples(result->rows) : 0;
}

int64_t pg_affected(const struct pg_result *result)
{
    return result->rows ? strtoll(PQcmdTuples(result->rows), NULL, 10) : 0;
}

/* --- scalars ------------------------------------------------------------------------------------------------------ */

struct slice {
    const uint8_t *bytes;
    size_t n;
};

/* bytes NULL: an SQL NULL. */
static struct slice cell(const struct pg_result *result, size_t row, int column)
{
    assert(row < pg_rows(result) && column >= 0 && column < PQnfields(result->rows));
    if (PQgetisnull(result->rows, (int)row, column))
        return (struct slice){0};
    return (struct slice){(const uint8_t *)PQgetvalue(result->rows, (int)row, column),
                          (size_t)PQgetlength(result->rows, (int)row, column)};
}

static uint32_t be32(const uint8_t *at)
{
    uint32_t big;
    memcpy(&big, at, sizeof big);
    return be32toh(big);
}

static uint64_t be64(const uint8_t *at)
{
    uint64_t big;
    memcpy(&big, at, sizeof big);
    return be64toh(big);
}

bool pg_is_null(const struct pg_result *result, size_t row, int column)
{
    return !cell(result, row, column).bytes;
}

struct uuid pg_get_uuid(const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    struct uuid id = {0};
    if (s.n == sizeof id.bytes)
        memcpy(id.bytes, s.bytes, sizeof id.bytes);
    return id;
}

int64_t pg_get_int8(const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    switch (s.n) {
    case 8: return (int64_t)be64(s.bytes);
    case 4: return (int32_t)be32(s.bytes);
    default: return 0;
    }
}

double pg_get_float8(const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    double value = 0;
    if (s.n != sizeof value)
        return 0;
    uint64_t bits = be64(s.bytes);
    memcpy(&value, &bits, sizeof value);
    return value;
}

bool pg_get_bool(const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    return s.n == 1 && s.bytes[0];
}

char *pg_get_text(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    return s.bytes ? mem_textn(ctx, (const char *)s.bytes, s.n) : NULL;
}

ProtobufCBinaryData pg_get_bytes(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column)
{
    struct slice s = cell(result, row, column);
    return s.bytes ? mem_bytes(ctx, s.bytes, s.n) : (ProtobufCBinaryData){0};
}

/* --- arrays (the layout: pg_args.c) ------------------------------------------------------------------------------- */

struct array {
    struct slice rest;
    size_t n;
};

static struct array array_open(struct slice s)
{
    if (s.n < 20 || be32(s.bytes) != 1)
        return (struct array){0}; /* NULL, or empty */
    struct array array = {.rest = {s.bytes + 20, s.n - 20}, .n = be32(s.bytes + 12)};
    if (array.n > array.rest.n / 4)
        return (struct array){0}; /* each element has at least its length */
    return array;
}

/* bytes NULL: an SQL NULL. */
static struct slice array_next(struct array *array)
{
    if (array->rest.n < 4)
        return (struct slice){0};
    uint32_t n = be32(array->rest.bytes);
    array->rest.bytes += 4;
    array->rest.n -= 4;
    if (n > array->rest.n) /* so is -1 */
        return (struct slice){0};
    struct slice element = {array->rest.bytes, n};
    array->rest.bytes += n;
    array->rest.n -= n;
    return element;
}

struct uuid *pg_get_uuids(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column, size_t *ret_n)
{
    struct array array = array_open(cell(result, row, column));
    struct uuid *ids = mem_array(ctx, struct uuid, array.n);
    *ret_n = array.n;
    for (size_t i = 0; i < *ret_n; i++) {
        struct slice s = array_next(&array);
        if (s.n == sizeof ids[i].bytes)
            memcpy(ids[i].bytes, s.bytes, s.n);
    }
    return ids;
}

int32_t *pg_get_int4s(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column, size_t *ret_n)
{
    struct array array = array_open(cell(result, row, column));
    int32_t *values = mem_array(ctx, int32_t, array.n);
    *ret_n = array.n;
    for (size_t i = 0; i < *ret_n; i++) {
        struct slice s = array_next(&array);
        if (s.n == sizeof *values)
            values[i] = (int32_t)be32(s.bytes);
    }
    return values;
}
