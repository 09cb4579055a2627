/* What commands wait for: that this service has heard what others had told when the commands were read. Heard is what
 * the position rows of the service's own projections have passed, whichever process runs these. A command that names
 * another service's things waits for the topic that tells of them, whether it will be accepted or refused: so no
 * client is refused because news are on their way, and what is unknown takes as long as what is invisible. The first
 * commands after an assignment, and on a new connection to PostgreSQL, which may lead to a restored database, wait for
 * all topics of the projections: what was accepted before is judged by no less than it was then.
 *
 *     a batch needs more than was heard: ERR_NOT_HEARD, and nothing has happened
 *       └▶ loop_news_ask: the ends of these topics ─▶ loop_news_arrived, until the rows reach them ─▶ the batch again
 *
 * One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_NEWS_H
#define SOTAY_COMMON_LOOP_NEWS_H

#include "common/loop/loop.h"
#include "common/loop/loop_positions.h"

struct loop_news {
    TALLOC_CTX *ctx;
    struct pg *pg;
    struct kafka_producer *producer;
    const char *loop;                       /* its name, for the log */
    const struct loop_options *hears;       /* the service's projections; NULL: nothing is waited for */
    const struct loop_positions *positions; /* of the loop that waits: they name the cluster */
    bool is_current;                        /* all topics were heard since the last assignment */
    unsigned connection;                    /* on which that was so */
    /* Sets of topics: bit 1 << number. Both times are those of the newest command that was read before the ends were
     * asked for. */
    uint64_t wanted, heard;
    int64_t wanted_until_us, heard_until_us;
    /* what is waited for now */
    struct kafka_end *ends;
    size_t n_ends;
    int64_t missing; /* records between the rows and the ends */
    int64_t asked_us, moved_us;
    bool is_said;
};

/* True: a batch whose newest command is of `until_us` may be judged. False: it waits for these topics, or for all. */
bool loop_news_cover(struct loop_news *news, uint64_t topics, int64_t until_us);
/* After an assignment. */
void loop_news_forget(struct loop_news *news);

/* Asks how far the topics reach that the batch waits for. ERR_UNAVAILABLE: no broker answers. Blocks a moment. */
MUST_CHECK enum err loop_news_ask(struct loop_news *news);
/* *ret_arrived: the rows have reached these ends, and loop_news_cover is true for the same batch. A longer wait is said
 * once, with the partition that is missing. RETRY: PostgreSQL's. */
MUST_CHECK enum err loop_news_arrived(struct loop_news *news, bool *ret_arrived);
/* What is waited for has not moved for 10 s. */
bool loop_news_stand_still(const struct loop_news *news);

#endif
