/* Organisations, people and what they are to each other (ACCESS.md): pure questions about records in memory.
 * Any thread.
 *
 * The folder is every service's own projection of directory.organizations and directory.members, the one shared piece
 * of the domain. From the bottom up:
 *   directory.h       organisations, people, standings, scopes
 *   store.h           the SQL of the projection's tables (schema/)
 *   projection.h      the loop part that keeps the tables as the topics say
 *   rules.h           what rules organisations have set, and what holds where
 *   rules_store.h     the same out of the tables
 *   set.h             organisations and people loaded for one batch or one query
 *   lookup.h          the loop part that holds such a set for a batch of commands
 *   audience.h        whom an audience holds, and who may read what is for it: the rule in C
 *   audience_store.h  the same rule as fragments of SQL
 *   reach.h           who sees a thing, as the gateway's streams are told */
#ifndef SOTAY_DIRECTORY_DIRECTORY_H
#define SOTAY_DIRECTORY_DIRECTORY_H

#include "common/base/uuid.h"
#include "sotay/v1/directory.pb-c.h"
#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

/* --- records ------------------------------------------------------------------------------------------------------ */

struct directory_org {
    struct uuid id;
    const char *code, *name;
    Pb__Level level;
    size_t n_path; /* root first, itself last */
    const struct uuid *path;
    int32_t meeting_day, meeting_minute; /* 0 and -1: none */
    const char *meeting_place;
    struct uuid contact_member_id;
    Pb__OrganizationState state;
};

struct directory_person {
    struct uuid id;
    const char *full_name;
    const Pb__DirectoryMember *record;
};

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
/* The same bits as directory_standing, from a scope. */
unsigned directory_scope_standing(const struct directory_scope *scope, const struct directory_org *org);

/* Fills a reference for answers; strings are borrowed from the org. */
Pb__OrganizationRef *directory_org_ref(TALLOC_CTX *ctx, const struct directory_org *org);
Pb__Person *directory_person_ref(TALLOC_CTX *ctx, const struct directory_person *person);

#endif
