/* The directory: every service's own projection of directory.organizations and directory.members, and the questions
 * that authority asks of it. The one shared piece of the domain. Rows come from auth only, in its versions; the newer
 * wins; no foreign keys.
 *
 * Tables (schema/): directory_organization, directory_member (with the packed record: its intervals,
 * and the branches of those that are past), directory_position. */
#ifndef SOTAY_DIRECTORY_DIRECTORY_H
#define SOTAY_DIRECTORY_DIRECTORY_H

#include "common/base/uuid.h"
#include "common/loop/loop.h"
#include "common/pg/pg.h"
#include "sotay/v1/directory.pb-c.h"
#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>

/* --- the projection: rows for a service's "projections" loop ------------------------------------------------------ */

/* Two raw inputs, to be listed first in the loop's inputs, and the part that keeps what they say. A service that keeps
 * more of the same records has a part of its own with handlers of these topics. */
#define DIRECTORY_INPUTS                                   \
    {.topic = TOPIC_DIRECTORY_ORGANIZATIONS, .raw = true}, \
    {                                                      \
        .topic = TOPIC_DIRECTORY_MEMBERS, .raw = true      \
    }
extern const struct loop_part DIRECTORY_PART;

/* --- organisations and members in memory, for one batch or one query ---------------------------------------------- */

struct directory_org {
    struct uuid id;
    const char *code, *name;
    Pb__Level level;
    size_t n_path; /* root first, itself last */
    const struct uuid *path;
    int32_t meeting_day, meeting_minute; /* 0 and -1: none */
    const char *meeting_place;
    struct uuid contact_member_id;
};

struct directory_person {
    struct uuid id;
    const char *full_name;
    const Pb__DirectoryMember *record;
};

/* What a batch or query needs: name ids, queue on the pipeline, flush, read. Unknown ids are simply absent
 * afterwards. */
struct directory_set;
struct directory_set *directory_set_new(TALLOC_CTX *ctx);
void directory_set_name_org(struct directory_set *set, const struct uuid *id);
void directory_set_name_record(struct directory_set *set, const struct uuid *id); /* a person alone */
void directory_set_name_person(struct directory_set *set,
                               const struct uuid *id);               /* and their branches and positions of any time */
void directory_set_load(struct directory_set *set, struct pg *pg);   /* queues at most two statements */
MUST_CHECK enum err directory_set_loaded(struct directory_set *set); /* after the flush */
const struct directory_org *directory_set_org(const struct directory_set *set,
                                              const struct uuid *id); /* NULL: unknown */
const struct directory_person *directory_set_person(const struct directory_set *set,
                                                    const struct uuid *id); /* NULL: unknown */

/* --- authority (ACCESS.md), as of a time -------------------------------------------------------------------------- */

/* What a person is to an organisation at `at_us`: a set of bits. D deputy secretary, S secretary, K committee member, O
 * officer, A administrator. */
enum {
    STANDING_MEMBER = 1,         /* belongs to this branch */
    STANDING_DEPUTY = 2,         /* D of this very organisation */
    STANDING_SECRETARY = 4,      /* S of it */
    STANDING_COMMITTEE = 8,      /* K of it */
    STANDING_OFFICER = 16,       /* O of it or of one above */
    STANDING_ADMIN = 32,         /* A of it or of one above */
    STANDING_ABOVE = 64,         /* D, S or K of an organisation strictly above */
    STANDING_OFFICER_HERE = 128, /* O of this very organisation (with STANDING_OFFICER) */
    STANDING_HEAD = STANDING_DEPUTY | STANDING_SECRETARY,
};
unsigned directory_standing(const struct directory_person *person, const struct directory_org *org, int64_t at_us);

/* The interval that holds at `at_us`; NULL: not a member then. */
const Pb__DirectoryMember__Interval *directory_interval(const Pb__DirectoryMember *member, int64_t at_us);
bool directory_position_holds(const Pb__DirectoryMember__Position *position, int64_t at_us);
bool directory_org_is_within(const struct directory_org *org, const struct uuid *id); /* it is `id`, or lies below it */
/* ACCESS.md, organization.read: one's own path, the organisations of one's positions, and the subtrees of officers and
 * administrators. The set has loaded the person (NULL: nobody) with his branches. */
bool directory_knows(const struct directory_set *set, const struct directory_person *person,
                     const struct directory_org *org, int64_t at_us);

/* --- audiences: (organisations, with their subtrees if so, intersected with roles) united with named members ------ */

bool directory_audience_names(const Pb__Audience *audience, const struct uuid *member);
/* The organisations and roles hold one of the person's places at `at_us`: his branch, or where he has a position. The
 * set has loaded him. */
bool directory_audience_holds(const struct directory_set *set, const Pb__Audience *audience,
                              const struct directory_person *person, int64_t at_us);

/* --- scopes of queries -------------------------------------------------------------------------------------------- */

/* A query's scope in the form that SQL predicates take: pass as uuid[] parameters.
 *   branch        the scope's branch (zero: none)
 *   heads         orgs where D or S: they see what its members see
 *   committees    orgs where K
 *   officers      orgs whose subtree is seen as O (path && officers)
 *   admins        orgs whose subtree is seen as A */
struct directory_scope {
    struct uuid branch, member;
    bool has_branch, has_member;
    struct uuid *heads, *committees, *officers, *admins;
    size_t n_heads, n_committees, n_officers, n_admins;
    Pb__Grant **grants; /* all of them, borrowed from the scope */
    size_t n_grants;
};
void directory_scope_read(TALLOC_CTX *ctx, const Pb__Scope *scope, struct directory_scope *ret_scope);
/* Whether a member is suspended now: queued on the pipeline, read after the flush. */
struct pg_result *directory_queue_status(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member);
bool directory_is_suspended(const struct pg_result *status);
/* The same bits as directory_standing, from a scope. */
unsigned directory_scope_standing(const struct directory_scope *scope, const struct directory_org *org);

/* Fills a reference for answers; strings are borrowed from the org. */
Pb__OrganizationRef *directory_org_ref(TALLOC_CTX *ctx, const struct directory_org *org);
Pb__Person *directory_person_ref(TALLOC_CTX *ctx, const struct directory_person *person);

#endif
