/* SQL of acknowledgements (schema/, document_acknowledgement). Everything queues on the pipeline; results are read
 * after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_ACKNOWLEDGEMENT_STORE_H
#define SOTAY_DOCUMENT_ACKNOWLEDGEMENT_STORE_H

#include "common/base/keyset.h"
#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"

struct acknowledgement {
    struct uuid document, member;
    int64_t at_us; /* 0: he has not */
};
void acknowledgement_store_read(const struct pg_result *rows, size_t row, struct acknowledgement *ret);

/* For a batch: pairs of document and member; only those come back that are there. Not locked: who writes them holds the
 * document's lock. */
struct pg_args *acknowledgement_store_pairs(TALLOC_CTX *ctx);
void acknowledgement_store_add_pair(struct pg_args *args, const struct uuid *document, const struct uuid *member);

/* What a batch has new, whole rows. Queue the result. */
struct pg_args *acknowledgement_store_rows(TALLOC_CTX *ctx);
void acknowledgement_store_add(struct pg_args *args, const struct acknowledgement *acknowledgement);

/* Of one member those about these documents, into a map of int64_t, the time, by document. */
struct pg_result *acknowledgement_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                              const struct uuid documents[], size_t n);
struct uuid_map *acknowledgement_store_read_times(TALLOC_CTX *ctx, const struct pg_result *rows);

/* Of one document those of a branch's members. */
struct pg_result *acknowledgement_store_queue_of_branch(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *document,
                                                        const struct uuid *branch);

/* All of one member, oldest first. `after` NULL: from the first. */
struct pg_result *acknowledgement_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                                  const struct keyset *after, int64_t limit);

/* What a member is still to acknowledge, newest first: what is published and addressed to him, or names him; what he
 * issued himself is not asked of him. */
struct acknowledgement_owed {
    struct uuid document;
    const char *title;
    bool is_restricted;
};
struct pg_result *acknowledgement_store_queue_owed(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                                   int64_t limit);
void acknowledgement_store_read_owed(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                     struct acknowledgement_owed *ret_owed);

#endif
