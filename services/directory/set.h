/* Organisations and people in memory, for one batch or one query. Say what is wanted, queue on the pipeline, flush,
 * read; unknown ids are simply absent afterwards. A batch of commands holds its set in a part (lookup.h); a query makes
 * its own. Owned by its context; the thread that owns the pg. */
#ifndef SOTAY_DIRECTORY_SET_H
#define SOTAY_DIRECTORY_SET_H

#include "common/base/err.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"

struct directory_set;
struct directory_set *directory_set_new(TALLOC_CTX *ctx);

void directory_set_want_org(struct directory_set *set, const struct uuid *id);
/* The person's record alone: a name, or whether he is known. */
void directory_set_want_record(struct directory_set *set, const struct uuid *id);
/* The record, and the organisations of his branches and positions of any time: what he may do, and as of when. */
void directory_set_want_person(struct directory_set *set, const struct uuid *id);

void directory_set_load(struct directory_set *set, struct pg *pg);   /* queues at most two statements */
MUST_CHECK enum err directory_set_loaded(struct directory_set *set); /* after the flush */

/* NULL: unknown. */
const struct directory_org *directory_set_org(const struct directory_set *set, const struct uuid *id);
const struct directory_person *directory_set_person(const struct directory_set *set, const struct uuid *id);

/* ACCESS.md, organization.read: one's own path, the organisations of one's positions, and the subtrees of officers and
 * administrators. The set was made to want the person (NULL: nobody) with his branches. */
bool directory_knows(const struct directory_set *set, const struct directory_person *person,
                     const struct directory_org *org, int64_t at_us);

#endif
