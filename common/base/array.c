#include "common/base/array.h"

enum { FIRST_ITEMS = 8 };

void *array_grow(TALLOC_CTX *ctx, void *items, size_t item_bytes, size_t n, size_t more, size_t *room)
{
    size_t needed, wanted = *room > SIZE_MAX / 2 ? SIZE_MAX : 2 * *room;
    if (__builtin_add_overflow(n, more, &needed))
        needed = SIZE_MAX; /* mem_grow aborts, as for every allocation that fails */
    if (wanted < FIRST_ITEMS)
        wanted = FIRST_ITEMS;
    *room = needed > wanted ? needed : wanted;
    return mem_grow(ctx, items, item_bytes, *room);
}
