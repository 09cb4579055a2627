/* What auth once told on its compacted topics, read back: a database that came back from a backup of before goes on
 * above it, because everybody keeps the highest version that he has heard. On the loop's thread. */
#ifndef SOTAY_AUTH_TOLD_H
#define SOTAY_AUTH_TOLD_H

#include "common/loop/loop.h"

#define TOLD_INPUTS                                        \
    {.topic = TOPIC_DIRECTORY_ORGANIZATIONS, .raw = true}, \
    {                                                      \
        .topic = TOPIC_DIRECTORY_MEMBERS, .raw = true      \
    }
extern const struct loop_part TOLD_PART;

#endif
