/* Growable arrays, and the length of fixed ones. An ARRAY(type) is {items, n, room}: zeroed it is empty, `items[0]` to
 * `items[n - 1]` are in it, and the caller reads and writes them directly. Items move when the array grows: keep
 * indexes, not addresses. The items belong to the `ctx` of the first call that added one; give the same one each time.
 * One thread at a time, as its context.
 *
 *     ARRAY(struct uuid) ids = {0};
 *     array_add(ctx, &ids, *id); */
#ifndef SOTAY_COMMON_ARRAY_H
#define SOTAY_COMMON_ARRAY_H

#include "common/base/mem.h"
#include <string.h>

#define ARRAY(type)     \
    struct {            \
        type *items;    \
        size_t n, room; \
    }

/* Makes room for `more` items beyond `n`, and at least for twice as many as there was room for. What lies beyond `n` is
 * not zeroed. */
#define array_reserve(ctx, array, more)                                                                    \
    do {                                                                                                   \
        if ((array)->room - (array)->n < (more))                                                           \
            (array)->items = array_grow((ctx), (array)->items, sizeof *(array)->items, (array)->n, (more), \
                                        &(array)->room);                                                   \
    } while (0)

/* Appends one item: `array_add(ctx, &pairs, (struct pair){1, 2})`. */
#define array_add(ctx, array, ...)                  \
    do {                                            \
        array_reserve(ctx, array, 1);               \
        (array)->items[(array)->n++] = __VA_ARGS__; \
    } while (0)

/* Appends copies of `count` items, which must not lie in this array. */
#define array_add_many(ctx, array, from, count)                                                \
    do {                                                                                       \
        const __typeof__(*(array)->items) *array_from = (from);                                \
        size_t array_count = (count);                                                          \
        array_reserve(ctx, array, array_count);                                                \
        if (array_count > 0)                                                                   \
            memcpy((array)->items + (array)->n, array_from, array_count * sizeof *array_from); \
        (array)->n += array_count;                                                             \
    } while (0)

/* What array_reserve calls when there is no room. Returns the items' new address. */
void *array_grow(TALLOC_CTX *ctx, void *items, size_t item_bytes, size_t n, size_t more, size_t *room);

/* Of an array of known size, as a constant; a pointer does not compile. */
#define ARRAY_LENGTH(array)                                                                                         \
    (sizeof(array) / sizeof((array)[0]) + sizeof(struct {                                                           \
         _Static_assert(!__builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0])), "not an array"); \
     }))

#endif
