/* A map from ids to pointers for one batch or query: what was named, then what was found. Keeps the order of the first
 * put, so that `uuid_map_ids` is at once the parameter of a statement. NULL values are allowed: a map of NULLs is a
 * set. Owned by its context, never shrinks. One thread at a time. */
#ifndef SOTAY_COMMON_UUID_MAP_H
#define SOTAY_COMMON_UUID_MAP_H

#include "common/base/uuid.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct uuid_map;

struct uuid_map *uuid_map_new(TALLOC_CTX *ctx);
/* Replaces the value of an id that is there. */
void uuid_map_put(struct uuid_map *map, const struct uuid *id, void *value);
void uuid_map_name(struct uuid_map *map, const struct uuid *id);       /* puts NULL unless the id is there */
void *uuid_map_get(const struct uuid_map *map, const struct uuid *id); /* NULL: absent, or put as NULL */
/* The value of `id`; one of so many zero bytes, owned by the map, where there is none. */
void *uuid_map_make(struct uuid_map *map, const struct uuid *id, size_t bytes, const char *type);
#define UUID_MAP_MAKE(map, id, type) ((type *)uuid_map_make((map), (id), sizeof(type), #type))
bool uuid_map_has(const struct uuid_map *map, const struct uuid *id);

size_t uuid_map_size(const struct uuid_map *map);
const struct uuid *uuid_map_ids(const struct uuid_map *map); /* valid until the next put */
void *uuid_map_value(const struct uuid_map *map, size_t i);  /* of uuid_map_ids(map)[i] */

#endif
