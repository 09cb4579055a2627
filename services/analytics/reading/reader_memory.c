#include "services/analytics/reading/reader_memory.h"

#include "common/base/clock.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct entry {
    struct uuid key;
    struct reader_counts counts;
    int64_t until_us; /* 0: a free place */
};

static struct {
    pthread_mutex_t lock;
    bool is_counting;
    struct entry entries[READER_MEMORY_ENTRIES];
} memory = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct entry *find(const struct uuid *key)
{
    for (size_t i = 0; i < READER_MEMORY_ENTRIES; i++)
        if (memory.entries[i].until_us > 0 && uuid_equal(&memory.entries[i].key, key))
            return &memory.entries[i];
    return NULL;
}

static struct entry *place_for(const struct uuid *key)
{
    struct entry *place = find(key);
    for (size_t i = 0; !place && i < READER_MEMORY_ENTRIES; i++)
        if (memory.entries[i].until_us == 0)
            place = &memory.entries[i];
    if (place)
        return place;
    place = &memory.entries[0];
    for (size_t i = 1; i < READER_MEMORY_ENTRIES; i++)
        if (memory.entries[i].until_us < place->until_us)
            place = &memory.entries[i];
    return place;
}

enum reader_turn reader_memory_ask(const struct uuid *key, int64_t now_us, struct reader_counts *ret_counts)
{
    pthread_mutex_lock(&memory.lock);
    const struct entry *entry = find(key);
    enum reader_turn turn = memory.is_counting ? READER_WAITS : READER_COUNTS;
    if (entry && now_us < entry->until_us) {
        turn = READER_KNOWN;
        *ret_counts = entry->counts;
    }
    if (turn == READER_COUNTS)
        memory.is_counting = true;
    pthread_mutex_unlock(&memory.lock);
    return turn;
}

void reader_memory_tell(const struct uuid *key, const struct reader_counts *counts, int64_t began_us, int64_t ended_us)
{
    int64_t kept_us = (ended_us - began_us) * READER_MEMORY_TIMES, most_us = READER_MEMORY_MOST_S * CLOCK_SECOND_US;
    pthread_mutex_lock(&memory.lock);
    memory.is_counting = false;
    if (counts)
        *place_for(key) = (struct entry){*key, *counts, ended_us + (kept_us < most_us ? kept_us : most_us)};
    pthread_mutex_unlock(&memory.lock);
}
