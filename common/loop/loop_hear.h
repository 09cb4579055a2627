/* Running records of commands, which may have to wait for what others have told (loop_news.h). They are kept meanwhile,
 * so that no later question moves the ends that they wait for; polling goes on. The loop's thread. */
#ifndef SOTAY_COMMON_LOOP_HEAR_H
#define SOTAY_COMMON_LOOP_HEAR_H

#include "common/loop/loop_state.h"

/* As loop_run_records. After a longer wait consumption is paused (loop->holds): the caller resumes it, once it has let
 * go of the records. ERR_OWNER_LOST, ERR_CONFIG: the consumer came to its end, as the next poll says again. RETRY: the
 * loop stops, or Kafka or PostgreSQL do not answer. */
MUST_CHECK enum err loop_hear_run(struct loop *loop, const struct kafka_records *records);

#endif
