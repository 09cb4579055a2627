/* Members in a batch: what the directory, signing in, their devices and starts of the app say of them. The loop's
 * thread. */
#ifndef SOTAY_ANALYTICS_PERSON_EVENTS_H
#define SOTAY_ANALYTICS_PERSON_EVENTS_H

#include "common/loop/loop.h"
#include "sotay/v1/directory.pb-c.h"

extern const struct loop_part PERSON_PART;

/* Once the batch's messages are read, before it is loaded: member number `i` of those whom the directory tells of, with
 * his newest record. NULL: there are not so many. */
const Pb__DirectoryMember *people_told(const struct loop_batch *batch, size_t i, struct uuid *ret_member);
/* Once the batch's messages are applied: the members whom other documents reach than before. Owned by the batch. */
const struct uuid *people_reached_anew(const struct loop_batch *batch, size_t *ret_n);
/* Of a member whom an event of the batch is about: his newest record; NULL: the directory has not told of him. */
const Pb__DirectoryMember *person_record(const struct loop_batch *batch, const struct uuid *member);

#endif
