/* Whom an item reaches, as SQL. Statements go from the reader (inbox/inbox_store.c) and from the sender
 * (push/shard_store.c); both say the same:
 *
 *   A reader sees an item when he is a member now, and is named or had a place of the audience when the item was issued
 *   and has one now; where the subject is seen only from within an organisation, he has a place there now.
 *
 * The fragments expect an item as `i`: an inbox_item, or a row of parameters with such columns. What an audience holds
 * is the directory's to say (services/directory/audience_store.h). */
#ifndef SOTAY_NOTIFICATION_ADDRESS_STORE_H
#define SOTAY_NOTIFICATION_ADDRESS_STORE_H

#include "services/directory/audience_store.h"
#include "services/notification/audience/address.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* The columns of an address; as parameters of an `each` statement they are text[], bool[], text[], text[], uuid[]. */
#define ADDRESS_COLUMNS "organization_ids, subtree, roles, member_ids, within_id"
#define ADDRESS_COLUMNS_CAST "organization_ids::uuid[], subtree, roles::int4[], member_ids::uuid[], within_id"

/* Adds the five. */
void address_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct address *address);
/* Reads the five from `column` on; owned by ctx. */
void address_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct address *ret_address);

/* How many members an address reaches at a time, by a key of the caller's. A row for each: key, count. */
struct pg_args *address_store_recipients(TALLOC_CTX *ctx);
void address_store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                                  const struct address *address, int64_t at_us);

/* --- fragments ---------------------------------------------------------------------------------------------------- */

/* `p` has been a place at the time `at`. */
#define ADDRESS_HELD(at) " p.from_us <= " at " AND " at " < p.to_us "

/* Places with the path of their organisation, as `p`. A statement about one reader keeps his in a WITH
 * (inbox/inbox_store.c) and names that instead. */
#define ADDRESS_PLACES                                                                        \
    "(SELECT p.member_id, p.organization_id, o.path, p.role, p.from_us, p.to_us FROM place p" \
    " JOIN directory_organization o ON o.id = p.organization_id) p"

/* Member `who` has one of `places` that the audience of item `i` holds, at the time `at`. */
#define ADDRESS_COVERS AUDIENCE_COVERS_HIS("i", "p.organization_id", "p.path")
/* An audience may be of thousands of organisations: whether it asks for his role is looked at first. */
#define ADDRESS_HOLDS(places, who, at)                          \
    "EXISTS (SELECT 1 FROM " places " WHERE p.member_id = " who \
    " AND" ADDRESS_HELD(at) " AND CASE WHEN " AUDIENCE_ASKS("i", "p.role") " THEN " ADDRESS_COVERS " ELSE false END)"
#define ADDRESS_IS_MEMBER(who, at) \
    "EXISTS (SELECT 1 FROM membership p WHERE p.member_id = " who " AND" ADDRESS_HELD(at) ")"
/* He is there, in `place`, from where the subject is seen. */
#define ADDRESS_IS_WITHIN(place, who, at)                                              \
    "(i.within_id IS NULL OR EXISTS (SELECT 1 FROM " place " WHERE p.member_id = " who \
    " AND p.organization_id = i.within_id AND" ADDRESS_HELD(at) "))"

/* Member `who` sees item `i` at `now`. */
#define ADDRESS_HELD_AND_HOLDS(places, who, now) \
    "(" ADDRESS_HOLDS(places, who, "i.created_at_us") " AND " ADDRESS_HOLDS(places, who, now) ")"
#define ADDRESS_SEES_BY(places, place, who, now)                                                                  \
    "(i.withdrawn_at_us IS NULL AND " ADDRESS_IS_MEMBER(                                                          \
        who, now) " AND (" who                                                                                    \
                  " = ANY(i.member_ids) OR " ADDRESS_HELD_AND_HOLDS(places, who, now) ") AND " ADDRESS_IS_WITHIN( \
                      place, who, now) ")"
#define ADDRESS_SEES(who, now) ADDRESS_SEES_BY(ADDRESS_PLACES, "place p", who, now)

/* The members whom item `i` reached when it was issued, and reaches at `now`. It goes from the organisations down, and
 * OFFSET 0 keeps the planner, which knows nothing of arrays, from reading all places for the few of a branch; for very
 * many see SELECT_TARGETS_BETWEEN in push/shard_store.c. */
#define ADDRESS_PLACES_OF(org) \
    " CROSS JOIN LATERAL (SELECT p.* FROM place p WHERE p.organization_id = " org " OFFSET 0) p"
#define ADDRESS_HOLDERS(at)                                                                                       \
    "SELECT p.member_id FROM" AUDIENCE_ORGANIZATIONS("i") " h" ADDRESS_PLACES_OF("h.id") " WHERE " AUDIENCE_ASKS( \
        "i", "p.role") " AND" ADDRESS_HELD(at)
#define ADDRESS_PRESENT(at) ADDRESS_IS_MEMBER("a.member_id", at) " AND " ADDRESS_IS_WITHIN("place p", "a.member_id", at)
#define ADDRESS_MEMBERS(now)                                                                     \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION (" ADDRESS_HOLDERS( \
        "i.created_at_us") " INTERSECT " ADDRESS_HOLDERS(now) ")) a WHERE " ADDRESS_PRESENT(now)
/* The same at the moment of issue. */
#define ADDRESS_MEMBERS_THEN                                                                    \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION " ADDRESS_HOLDERS( \
        "i.created_at_us") ") a WHERE " ADDRESS_PRESENT("i.created_at_us")

#endif
