/* The gateway's own copy of directory.organizations and directory.members: who is where and may do what, now. Read
 * whole before the gateway is ready, followed ever after (follower.h). Compact: 475,000 members take about 25 MB.
 * One thread applies, any thread asks. */
#ifndef SOTAY_GATEWAY_DIRECTORY_H
#define SOTAY_GATEWAY_DIRECTORY_H

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/kafka/kafka.h"
#include "services/gateway/link/viewer.h"
#include <stddef.h>
#include <talloc.h>

/* So long after a broker's last answer what it knows may be old: from then on nobody is known by it. */
#define DIRECTORY_BELIEVED_US (30 * CLOCK_SECOND_US)

struct directory;
struct directory *directory_new(TALLOC_CTX *ctx);

/* A record of either topic; a tombstone removes. ERR_MALFORMED: not such a record (the caller logs and goes on). */
MUST_CHECK enum err directory_apply(struct directory *directory, const struct kafka_record *record);

/* Fills branch, grants and generation of `member` as of `at_us`. ERR_NOT_FOUND: no such member. */
MUST_CHECK enum err directory_view(struct directory *directory, const struct uuid *member, int64_t at_us,
                                   struct viewer *ret_viewer);

size_t directory_members(struct directory *directory);

#endif
