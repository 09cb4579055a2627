/* Counts of readers that take long. Of the whole city they are seconds, and whoever turns over documents asks for one
 * after another: so one is counted at a time, however many query threads there are, and kept for a while. Any
 * thread. */
#ifndef SOTAY_ANALYTICS_READER_MEMORY_H
#define SOTAY_ANALYTICS_READER_MEMORY_H

#include "common/base/uuid.h"
#include <stdint.h>

struct reader_counts {
    int64_t audience, read;
    int64_t as_of_us;
};

enum {
    READER_MEMORY_ENTRIES = 64, /* of more, that which ends first is forgotten */
    READER_MEMORY_TIMES = 20,   /* kept for so many times as long as counting took */
    READER_MEMORY_MOST_S = 60   /* at most */
};

enum reader_turn {
    READER_KNOWN,  /* *ret_counts is filled */
    READER_COUNTS, /* it is the caller's to count, and to say so when it is done */
    READER_WAITS   /* something is being counted: to be asked again */
};
/* `key` is of what is counted, among whom and for which audience; times are monotonic. */
enum reader_turn reader_memory_ask(const struct uuid *key, int64_t now_us, struct reader_counts *ret_counts);
/* NULL: nothing came of it. */
void reader_memory_tell(const struct uuid *key, const struct reader_counts *counts, int64_t began_us, int64_t ended_us);

#endif
