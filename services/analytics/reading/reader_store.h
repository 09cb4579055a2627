/* SQL of readers: who of an audience has read of a subject, over fact_read and the directory. Queues on the caller's
 * pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_READER_STORE_H
#define SOTAY_ANALYTICS_READER_STORE_H

#include "common/pg/pg.h"
#include "services/directory/audience.h"

/* One of the first two is there, or the list: the members of a branch, who has a position in a committee, or these
 * members. Nobody who has left. */
struct reader_audience {
    const struct uuid *branch, *committee; /* or NULL */
    const struct uuid *members;
    size_t n_members;
};

/* Those whom `audience` holds among the members of an organisation and all below it. */
struct reader_audience_within {
    const struct uuid *organization;
    bool is_branch; /* there is nothing below it */
    struct audience audience;
};

/* One row: how many there are, and how many have read. */
struct pg_result *reader_store_count(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                     const struct reader_audience *audience);
struct pg_result *reader_store_count_within(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                            const struct reader_audience_within *within);

struct reader_page {
    bool has_read, read;      /* only those who have, or have not */
    const struct uuid *after; /* the last one of the page before; or NULL */
    int64_t limit;
};
/* member_id, full_name, read_at_us; by given name, then the rest, in Vietnamese order. */
struct pg_result *reader_store_page(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                    const struct reader_audience *audience, const struct reader_page *page);
/* The same of a branch's. */
struct pg_result *reader_store_page_of_branch(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                              const struct reader_audience_within *within,
                                              const struct reader_page *page);

#endif
