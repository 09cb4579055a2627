/* Parameters in PostgreSQL's binary format (src/backend/utils/adt: *_recv, array_recv).
 *
 * A scalar parameter is its bytes. An array parameter, be it a column of an `each` statement or a list, is
 *
 *   | dimensions 1 | has NULL | element type | elements | lower bound 1 |  then for each element: | length, -1 NULL |
 * bytes |
 *     4 bytes        4          4              4          4                                         4
 *
 * whose header is written last, when the number of elements is known. An empty array ends after the element type, with
 * dimensions 0. Integers are big endian. */
#include "common/pg/pg_internal.h"

#include "common/base/mem.h"

#include <assert.h>
#include <ctype.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_FLOAT8 = 701, OID_UUID = 2950 };

enum { ARRAY_HEADER_BYTES = 20, ARRAY_EMPTY_BYTES = 12, ARRAY_FIRST_BYTES = 256 };

struct column {
    Oid type; /* of the value or the elements; 0: only NULLs so far */
    bool is_array;
    bool has_null;
    uint32_t elements;
    ARRAY(uint8_t) bytes;
};

struct pg_args {
    const struct pg_statement *statement;
    int n_columns;
    int next; /* the column that the next adder fills */
    size_t rows;
    bool finished;
    struct column *columns;
};

/* --- columns ------------------------------------------------------------------------------------------------------ */

/* The highest $N. A dollar in a literal does no harm unless digits follow it: our statements have none. */
static int count_parameters(const char *sql)
{
    int highest = 0;
    for (const char *p = strchr(sql, '$'); p; p = strchr(p + 1, '$')) {
        int n = (int)strtol(p + 1, NULL, 10);
        highest = n > highest ? n : highest;
    }
    return highest;
}

struct pg_args *pg_args(TALLOC_CTX *ctx, const struct pg_statement *statement)
{
    struct pg_args *args = mem_new(ctx, struct pg_args);
    args->statement = statement;
    args->n_columns = count_parameters(statement->sql);
    args->columns = mem_array(args, struct column, (size_t)args->n_columns + 1);
    return args;
}

static uint8_t *column_room(struct pg_args *args, struct column *column, size_t n)
{
    array_reserve(args, &column->bytes, n);
    uint8_t *at = column->bytes.items + column->bytes.n;
    column->bytes.n += n;
    return at;
}

static void put_be32(uint8_t *at, uint32_t value)
{
    uint32_t big = htobe32(value);
    memcpy(at, &big, sizeof big);
}

/* The next parameter to fill; its type must be the one of the rows before. `type` 0: a NULL of any type. */
static struct column *column_take(struct pg_args *args, Oid type, bool is_array)
{
    assert(!args->finished && args->next < args->n_columns);
    struct column *column = &args->columns[args->next++];
    assert(!type || !column->type || column->type == type);
    if (type)
        column->type = type;
    if (is_array && !column->is_array) {
        column->is_array = true;
        array_reserve(args, &column->bytes, ARRAY_FIRST_BYTES);
        column_room(args, column, ARRAY_HEADER_BYTES);
    }
    if (args->next == args->n_columns) {
        args->rows++;
        args->next = args->statement->each ? 0 : args->next;
    }
    return column;
}

static void element_put(struct pg_args *args, struct column *column, const void *bytes, size_t n)
{
    column->elements++;
    if (!bytes) {
        column->has_null = true;
        put_be32(column_room(args, column, 4), UINT32_MAX);
        return;
    }
    uint8_t *at = column_room(args, column, 4 + n);
    put_be32(at, (uint32_t)n);
    memcpy(at + 4, bytes, n);
}

static void add(struct pg_args *args, Oid type, const void *bytes, size_t n)
{
    struct column *column = column_take(args, type, args->statement->each);
    if (column->is_array)
        element_put(args, column, bytes, n);
    else if (!bytes)
        column->has_null = true;
    else if (n > 0)
        memcpy(column_room(args, column, n), bytes, n);
}

/* --- adders ------------------------------------------------------------------------------------------------------- */

void pg_add_uuid(struct pg_args *args, const struct uuid *id)
{
    add(args, OID_UUID, id ? id->bytes : NULL, sizeof id->bytes);
}

void pg_add_int8(struct pg_args *args, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    add(args, OID_INT8, &big, sizeof big);
}

void pg_add_int8_or_null(struct pg_args *args, bool has, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    add(args, OID_INT8, has ? &big : NULL, sizeof big);
}

void pg_add_int4_or_null(struct pg_args *args, bool has, int32_t value)
{
    if (has)
        pg_add_int4(args, value);
    else
        pg_add_null(args);
}

void pg_add_uuid_or_null(struct pg_args *args, const struct uuid *id)
{
    pg_add_uuid(args, uuid_is_zero(id) ? NULL : id);
}

void pg_add_time_or_null(struct pg_args *args, int64_t at_us)
{
    pg_add_int8_or_null(args, at_us > 0, at_us);
}

void pg_add_int4(struct pg_args *args, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    add(args, OID_INT4, &big, sizeof big);
}

void pg_add_float8(struct pg_args *args, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = htobe64(bits);
    add(args, OID_FLOAT8, &bits, sizeof bits);
}

void pg_add_bool(struct pg_args *args, bool value)
{
    uint8_t byte = value;
    add(args, OID_BOOL, &byte, 1);
}

void pg_add_text(struct pg_args *args, const char *text)
{
    add(args, OID_TEXT, text, text ? strlen(text) : 0);
}

void pg_add_bytes(struct pg_args *args, const void *bytes, size_t n)
{
    add(args, OID_BYTEA, bytes, n);
}

void pg_add_null(struct pg_args *args)
{
    add(args, 0, NULL, 0);
}

void pg_add_uuids(struct pg_args *args, const struct uuid *ids, size_t n)
{
    assert(!args->statement->each);
    struct column *column = column_take(args, OID_UUID, true);
    for (size_t i = 0; i < n; i++)
        element_put(args, column, ids[i].bytes, sizeof ids[i].bytes);
}

void pg_add_int8s(struct pg_args *args, const int64_t *values, size_t n)
{
    assert(!args->statement->each);
    struct column *column = column_take(args, OID_INT8, true);
    for (size_t i = 0; i < n; i++) {
        uint64_t big = htobe64((uint64_t)values[i]);
        element_put(args, column, &big, sizeof big);
    }
}

void pg_add_int4s(struct pg_args *args, const int32_t *values, size_t n)
{
    assert(!args->statement->each);
    struct column *column = column_take(args, OID_INT4, true);
    for (size_t i = 0; i < n; i++) {
        uint32_t big = htobe32((uint32_t)values[i]);
        element_put(args, column, &big, sizeof big);
    }
}

void pg_add_texts(struct pg_args *args, const char *const *texts, size_t n)
{
    assert(!args->statement->each);
    struct column *column = column_take(args, OID_TEXT, true);
    for (size_t i = 0; i < n; i++)
        element_put(args, column, texts[i], texts[i] ? strlen(texts[i]) : 0);
}

size_t pg_args_rows(const struct pg_args *args)
{
    return args->rows;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

/* A column of NULLs only has not met its type, and the server insists on one: the cast `$N::type[]` of the SQL says
 * it. */
static Oid type_from_cast(const char *sql, int number)
{
    static const struct {
        const char *cast;
        Oid type;
    } TYPES[] = {
        {"uuid", OID_UUID}, {"int8", OID_INT8},   {"int4", OID_INT4},     {"bool", OID_BOOL},
        {"text", OID_TEXT}, {"bytea", OID_BYTEA}, {"float8", OID_FLOAT8},
    };
    for (const char *p = strchr(sql, '$'); p; p = strchr(p + 1, '$')) {
        char *end;
        if (strtol(p + 1, &end, 10) != number || strncmp(end, "::", 2) != 0)
            continue;
        for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++)
            if (strncmp(end + 2, TYPES[i].cast, strlen(TYPES[i].cast)) == 0)
                return TYPES[i].type;
    }
    return 0;
}

static void array_finish(struct column *column)
{
    put_be32(column->bytes.items, column->elements ? 1 : 0);
    put_be32(column->bytes.items + 4, column->has_null);
    put_be32(column->bytes.items + 8, column->type);
    put_be32(column->bytes.items + 12, column->elements);
    put_be32(column->bytes.items + 16, 1);
    if (!column->elements)
        column->bytes.n = ARRAY_EMPTY_BYTES;
    column->has_null = false; /* of the parameter itself from here on */
}

void pg_args_finish(struct pg_args *args)
{
    assert(!args->finished && args->next == (args->statement->each ? 0 : args->n_columns));
    args->finished = true;
    for (int i = 0; i < args->n_columns; i++) {
        struct column *column = &args->columns[i];
        if (!column->is_array)
            continue;
        if (!column->type)
            column->type = type_from_cast(args->statement->sql, i + 1);
        assert(column->type);
        array_finish(column);
    }
}

int pg_args_count(const struct pg_args *args)
{
    return args->n_columns;
}

const struct pg_statement *pg_args_statement(const struct pg_args *args)
{
    return args->statement;
}

const char *pg_args_value(const struct pg_args *args, int i, int *ret_bytes)
{
    const struct column *column = &args->columns[i];
    *ret_bytes = (int)column->bytes.n;
    if (column->has_null)
        return NULL;
    return column->bytes.items ? (const char *)column->bytes.items : ""; /* an empty text */
}

/* --- lists as text ------------------------------------------------------------------------------------------------ */

const char *pg_uuids_text(TALLOC_CTX *ctx, const struct uuid *ids, size_t n)
{
    char *text = mem_text(ctx, "{"), id[UUID_TEXT_BYTES];
    for (size_t i = 0; i < n; i++) {
        uuid_format(&ids[i], id);
        text = mem_append(text, i > 0 ? ",%s" : "%s", id);
    }
    return mem_append(text, "}");
}

const char *pg_int4s_text(TALLOC_CTX *ctx, const int32_t *values, size_t n)
{
    char *text = mem_text(ctx, "{");
    for (size_t i = 0; i < n; i++)
        text = mem_append(text, i > 0 ? ",%d" : "%d", (int)values[i]);
    return mem_append(text, "}");
}
