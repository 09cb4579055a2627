/* SQL of reactions (schema/, document_reaction and document_reaction_count). Everything queues on the pipeline; results
 * are read after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_REACTION_STORE_H
#define SOTAY_DOCUMENT_REACTION_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/document/reaction/reaction.h"

/* For a batch: pairs of target and member, a row for each, with the target's counts. Not locked: who writes them holds
 * the document's lock. */
struct pg_args *reaction_store_pairs(TALLOC_CTX *ctx);
void reaction_store_add_pair(struct pg_args *args, const struct uuid *target, const struct uuid *member);
void reaction_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct reaction *ret_reaction,
                         struct reaction_counts *ret_counts);

/* What a batch changed, whole rows. */
struct reaction_writes {
    struct pg_args *reactions, *counts;
};
struct reaction_writes reaction_store_writes(TALLOC_CTX *ctx);
void reaction_store_add(struct reaction_writes *writes, const struct reaction *reaction);
void reaction_store_add_counts(struct reaction_writes *writes, const struct uuid *document, const struct uuid *target,
                               const struct reaction_counts *counts);
void reaction_store_queue_writes(struct pg *pg, const struct reaction_writes *writes);

/* Of the targets of a document that the scope sees, in their order, with what the member thinks himself: where it has
 * none, one row without a target. */
struct pg_result *reaction_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *document);
struct seen_reaction {
    struct reaction mine; /* its target is zero where the document has none */
    struct reaction_counts counts;
    bool is_withdrawn, is_restricted; /* the document */
};
void reaction_store_read_seen(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                              struct seen_reaction *ret_seen);

/* All of one member, oldest first; of reaction_store_read, without counts. `after` NULL: from the first. */
struct pg_result *reaction_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                           const struct keyset *after, int64_t limit);

#endif
