/* The projection of directory.organizations and directory.members: a part for a service's "projections" loop, which
 * keeps the tables of store.h as the two topics say. Rows come from auth only, in its versions; the newer wins; no
 * foreign keys, because the topics and their partitions arrive in any order. The loop's thread. */
#ifndef SOTAY_DIRECTORY_PROJECTION_H
#define SOTAY_DIRECTORY_PROJECTION_H

#include "common/loop/loop.h"

/* Two raw inputs, to be listed first in the loop's inputs. A service that keeps more of the same records has a part of
 * its own with handlers of these topics. */
#define DIRECTORY_INPUTS                                   \
    {.topic = TOPIC_DIRECTORY_ORGANIZATIONS, .raw = true}, \
    {                                                      \
        .topic = TOPIC_DIRECTORY_MEMBERS, .raw = true      \
    }
extern const struct loop_part DIRECTORY_PART;

#endif
