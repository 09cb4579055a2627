/* Who an audience is, as SQL. Statements go from the reader (inbox/inbox_store.c) and from the sender
 * (push/shard_store.c); both say the same:
 *
 *   A reader sees an item when he is a member now, and is named or had a place of the audience when the item was issued
 *   and has one now; where the subject is seen only from within an organisation, he has a place there now.
 *
 * No roles, or the role of a member (0), means every place, for everyone is a member too. The fragments expect an item
 * as `i`: an inbox_item, or a row of parameters with such columns. */
#ifndef SOTAY_NOTIFICATION_AUDIENCE_STORE_H
#define SOTAY_NOTIFICATION_AUDIENCE_STORE_H

#include "common/pg/pg.h"
#include "contract_numbers.h"
#include "services/notification/audience/audience.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* The columns of an audience; as parameters of an `each` statement they are text[], bool[], text[], text[], uuid[]. */
#define AUDIENCE_COLUMNS "organization_ids, subtree, roles, member_ids, within_id"
#define AUDIENCE_COLUMNS_CAST "organization_ids::uuid[], subtree, roles::int4[], member_ids::uuid[], within_id"

/* Adds the five. */
void audience_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct audience *audience);
/* Reads the five from `column` on; owned by ctx. */
void audience_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                         struct audience *ret_audience);

/* How many members an audience reaches at a time, by a key of the caller's. A row for each: key, count. */
struct pg_args *audience_store_recipients(TALLOC_CTX *ctx);
void audience_store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                                   const struct audience *audience, int64_t at_us);

/* --- fragments ---------------------------------------------------------------------------------------------------- */

/* `p` has been a place of member `who` at the time `at`. */
#define AUDIENCE_HELD(at) " p.from_us <= " at " AND " at " < p.to_us "

/* Places with the path of their organisation, as `p`. A statement about one reader keeps his in a WITH
 * (inbox/inbox_store.c) and names that instead. */
#define AUDIENCE_PLACES                                                                       \
    "(SELECT p.member_id, p.organization_id, o.path, p.role, p.from_us, p.to_us FROM place p" \
    " JOIN directory_organization o ON o.id = p.organization_id) p"

/* Member `who` sees item `i` at `now`. */
#define AUDIENCE_ADDRESSED(places, who, at)                                                              \
    "EXISTS (SELECT 1 FROM " places " WHERE p.member_id = " who                                          \
    " AND (p.organization_id = ANY(i.organization_ids) OR (i.subtree AND p.path && i.organization_ids))" \
    " AND (cardinality(i.roles) = 0 OR " SQL_ROLE_MEMBER                                                 \
    " = ANY(i.roles) OR p.role = ANY(i.roles)) AND" AUDIENCE_HELD(at) ")"
#define AUDIENCE_SEES_BY(places, place, who, now)                                                                      \
    "(i.withdrawn_at_us IS NULL AND EXISTS (SELECT 1 FROM membership p WHERE p.member_id = " who " AND" AUDIENCE_HELD( \
        now) ")"                                                                                                       \
             " AND (" who " = ANY(i.member_ids) OR (" AUDIENCE_ADDRESSED(                                              \
                 places, who,                                                                                          \
                 "i.created_at_us") " AND " AUDIENCE_ADDRESSED(places, who,                                            \
                                                               now) "))"                                               \
                                                                    " AND (i.within_id IS NULL OR EXISTS (SELECT 1 "   \
                                                                    "FROM " place " WHERE p.member_id = " who          \
                                                                    " AND p.organization_id = i.within_id "            \
                                                                    "AND" AUDIENCE_HELD(now) ")))"
#define AUDIENCE_SEES(who, now) AUDIENCE_SEES_BY(AUDIENCE_PLACES, "place p", who, now)

/* When member `who` read item `i`; null: he has not. The same rule as inbox_covers in inbox/inbox.c (a read that covers
 * nothing has no row): a digest that has grown since is not read. */
#define AUDIENCE_READ_ITEM(who)                                          \
    "FROM inbox_read r WHERE r.member_id = " who " AND r.item_id = i.id" \
    " AND (i.facts IS NULL OR r.read_at_us >= i.told_at_us)"
#define AUDIENCE_READ_UP_TO(who)                       \
    "FROM inbox_read_up_to u WHERE u.member_id = " who \
    " AND (u.created_at_us, u.item_id) >= (i.created_at_us, i.id) AND u.read_at_us >= i.told_at_us"
#define AUDIENCE_READ_AT(who)                                                                                          \
    "least((SELECT r.read_at_us " AUDIENCE_READ_ITEM(who) "), (SELECT min(u.read_at_us) " AUDIENCE_READ_UP_TO(who) ")" \
                                                                                                                   ")"

/* The members whom item `i` reached when it was issued, and reaches at `now`. It goes from the organisations down: that
 * is cheap for few; for very many see SELECT_TARGETS_BETWEEN in push/shard_store.c. */
#define AUDIENCE_HOLDERS(at)                                                                                   \
    "SELECT p.member_id FROM place p WHERE p.organization_id IN"                                               \
    " (SELECT o.id FROM directory_organization o WHERE o.path && i.organization_ids AND (i.subtree OR o.id = " \
    "ANY(i.organization_ids)))"                                                                                \
    " AND (cardinality(i.roles) = 0 OR " SQL_ROLE_MEMBER                                                       \
    " = ANY(i.roles) OR p.role = ANY(i.roles)) AND" AUDIENCE_HELD(at)
#define AUDIENCE_PRESENT(now)                                                                                  \
    " EXISTS (SELECT 1 FROM membership p WHERE p.member_id = a.member_id AND" AUDIENCE_HELD(                   \
        now) ") AND (i.within_id IS NULL OR EXISTS (SELECT 1 FROM place p WHERE p.member_id = a.member_id AND" \
             " p.organization_id = i.within_id AND" AUDIENCE_HELD(now) "))"
#define AUDIENCE_MEMBERS(now)                                                                     \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION (" AUDIENCE_HOLDERS( \
        "i.created_at_us") " INTERSECT " AUDIENCE_HOLDERS(now) ")) a WHERE" AUDIENCE_PRESENT(now)
/* The same at the moment of issue. */
#define AUDIENCE_MEMBERS_THEN                                                                    \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION " AUDIENCE_HOLDERS( \
        "i.created_at_us") ") a WHERE" AUDIENCE_PRESENT("i.created_at_us")

#endif
