/* Linear probing over indices into two arrays that keep the order. Clients choose some of the ids, so the hash is
 * keyed. */
#include "common/base/uuid_map.h"
#include "common/base/array.h"
#include <pthread.h>
#include <sodium.h>

struct uuid_map {
    ARRAY(struct uuid) ids; /* in the order of their first put */
    ARRAY(void *) values;   /* of the same order */
    size_t n_slots;         /* a power of two, at least twice the number of ids */
    uint32_t *slots;        /* index + 1; 0: free */
};

enum { FIRST_SLOTS = 64 };

static unsigned char hash_key[crypto_shorthash_KEYBYTES];

static void make_hash_key(void)
{
    randombytes_buf(hash_key, sizeof hash_key);
}

struct uuid_map *uuid_map_new(TALLOC_CTX *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_hash_key); /* cannot fail with a valid once */
    struct uuid_map *map = mem_new(ctx, struct uuid_map);
    map->n_slots = FIRST_SLOTS;
    map->slots = mem_array(map, uint32_t, map->n_slots);
    return map;
}

/* The slot that holds the id, or the free one where it belongs. */
static size_t find_slot(const struct uuid_map *map, const struct uuid *id)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, id->bytes, sizeof id->bytes, hash_key);
    size_t slot = hash & (map->n_slots - 1);
    while (map->slots[slot] != 0 && !uuid_equal(&map->ids.items[map->slots[slot] - 1], id))
        slot = (slot + 1) & (map->n_slots - 1);
    return slot;
}

static void grow_slots(struct uuid_map *map)
{
    mem_free(map->slots);
    map->n_slots *= 2;
    map->slots = mem_array(map, uint32_t, map->n_slots);
    for (size_t i = 0; i < map->ids.n; i++)
        map->slots[find_slot(map, &map->ids.items[i])] = (uint32_t)(i + 1);
}

static size_t append(struct uuid_map *map, const struct uuid *id)
{
    if (2 * (map->ids.n + 1) > map->n_slots)
        grow_slots(map);
    size_t slot = find_slot(map, id);
    array_add(map, &map->ids, *id);
    array_add(map, &map->values, NULL);
    map->slots[slot] = (uint32_t)map->ids.n;
    return map->ids.n - 1;
}

void uuid_map_put(struct uuid_map *map, const struct uuid *id, void *value)
{
    uint32_t found = map->slots[find_slot(map, id)];
    size_t i = found ? found - 1 : append(map, id); /* may move the arrays */
    map->values.items[i] = value;
}

void uuid_map_name(struct uuid_map *map, const struct uuid *id)
{
    if (!uuid_map_has(map, id))
        append(map, id);
}

void *uuid_map_get(const struct uuid_map *map, const struct uuid *id)
{
    uint32_t found = map->slots[find_slot(map, id)];
    return found ? map->values.items[found - 1] : NULL;
}

void *uuid_map_make(struct uuid_map *map, const struct uuid *id, size_t bytes, const char *type)
{
    void *value = uuid_map_get(map, id);
    if (!value) {
        value = mem_zalloc(map, bytes, type);
        uuid_map_put(map, id, value);
    }
    return value;
}

bool uuid_map_has(const struct uuid_map *map, const struct uuid *id)
{
    return map->slots[find_slot(map, id)] != 0;
}

size_t uuid_map_size(const struct uuid_map *map)
{
    return map->ids.n;
}

const struct uuid *uuid_map_ids(const struct uuid_map *map)
{
    return map->ids.items;
}

void *uuid_map_value(const struct uuid_map *map, size_t i)
{
    return map->values.items[i];
}
