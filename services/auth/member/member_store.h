/* SQL of members as facts, and their records on directory.members. What clients see is in member_view_store.h. Tables:
 * member, member_past (001_roster.sql); import_store.c writes them too, a chunk of lines at once. Functions named
 * …_queue only queue on the connection's pipeline: the caller flushes. The others make their round trip. Results are
 * owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_MEMBER_STORE_H
#define SOTAY_AUTH_MEMBER_STORE_H

#include "common/loop/loop.h"
#include "services/auth/publish/ids.h"

struct new_member {
    struct uuid id, organization;
    const char *card_number, *full_name;
    int64_t now_us;
};
/* An official member, not exempt. One that is there already stays as it is. */
void member_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct new_member *member);

/* At most `limit` ids in order, after `after` (zero: from the first). */
MUST_CHECK enum err member_store_ids_after(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                           struct ids *ret_ids);
/* Packed Pb__DirectoryMember of those ids that exist. Makes round trips of its own, inside the caller's transaction if
 * there is one. */
MUST_CHECK enum err member_store_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                         struct loop_record_list *ret_records);

/* Lifts rows above what was once told of them: a statement that takes many, each once; one `_add` for each, then
 * pg_queue. Rows that are not behind stay as they are. */
struct pg_args *member_store_lift(TALLOC_CTX *ctx);
void member_store_lift_add(struct pg_args *args, const struct uuid *id, uint64_t version, uint32_t generation);

#endif
