/* Who an audience is, as SQL: from the reader's side (store_inbox.c) and from the sender's (store_push.c). The two say
 * the same:
 *
 *   a reader sees an item   he is a member now, and is named, or had a place of the audience when it was issued and has
 * one now;
 *                           and where the subject is seen only from within an organisation, he has a place there now.
 *
 * No roles, or the role of a member (0): every place, for everyone is a member too. Lint lets SQL stand in store*.[ch]
 * only. */
#ifndef SOTAY_NOTIFICATION_STORE_AUDIENCE_H
#define SOTAY_NOTIFICATION_STORE_AUDIENCE_H

/* `p` has been a place of member `who` at the time `at`. */
#define STORE_HELD(at) " p.from_us <= " at " AND " at " < p.to_us "

/* Places with the path of their organisation, as `p`. A statement about one reader keeps his in a WITH (store_inbox.c)
 * and names that instead. */
#define STORE_PLACES                                                                          \
    "(SELECT p.member_id, p.organization_id, o.path, p.role, p.from_us, p.to_us FROM place p" \
    " JOIN directory_organization o ON o.id = p.organization_id) p"

/* Member `who` sees item `i` at `now`. */
#define STORE_ADDRESSED(places, who, at)                                                                 \
    "EXISTS (SELECT 1 FROM " places " WHERE p.member_id = " who                                          \
    " AND (p.organization_id = ANY(i.organization_ids) OR (i.subtree AND p.path && i.organization_ids))" \
    " AND (cardinality(i.roles) = 0 OR 0 = ANY(i.roles) OR p.role = ANY(i.roles)) AND" STORE_HELD(at) ")"
#define STORE_SEES_BY(places, place, who, now)                                                                      \
    "(i.withdrawn_at_us IS NULL AND EXISTS (SELECT 1 FROM membership p WHERE p.member_id = " who " AND" STORE_HELD( \
        now) ")"                                                                                                    \
             " AND (" who                                                                                           \
             " = ANY(i.member_ids) OR (" STORE_ADDRESSED(places, who, "i.created_at_us") " AND " STORE_ADDRESSED(   \
                 places, who, now) "))"                                                                             \
                                   " AND (i.within_id IS NULL OR EXISTS (SELECT 1 FROM " place                      \
                                   " WHERE p.member_id = " who                                                      \
                                   " AND p.organization_id = i.within_id AND" STORE_HELD(now) ")))"
#define STORE_SEES(who, now) STORE_SEES_BY(STORE_PLACES, "place p", who, now)

/* When member `who` read item `i`; null: he has not. As inbox_covers says (a read that covers nothing has no row): a
 * digest that has grown since is not read. */
#define STORE_READ_ITEM(who)                                             \
    "FROM inbox_read r WHERE r.member_id = " who " AND r.item_id = i.id" \
    " AND (i.facts IS NULL OR r.read_at_us >= i.told_at_us)"
#define STORE_READ_UP_TO(who)                          \
    "FROM inbox_read_up_to u WHERE u.member_id = " who \
    " AND (u.created_at_us, u.item_id) >= (i.created_at_us, i.id) AND u.read_at_us >= i.told_at_us"
#define STORE_READ_AT(who) \
    "least((SELECT r.read_at_us " STORE_READ_ITEM(who) "), (SELECT min(u.read_at_us) " STORE_READ_UP_TO(who) "))"

/* The members whom item `i` reached when it was issued, and reaches at `now`. It goes from the organisations down:
 * cheap for few, for very many see SELECT_TARGETS_BETWEEN. `i` may be an inbox_item or a row of parameters with such
 * columns. */
#define STORE_HOLDERS(at)                                                                                      \
    "SELECT p.member_id FROM place p WHERE p.organization_id IN"                                               \
    " (SELECT o.id FROM directory_organization o WHERE o.path && i.organization_ids AND (i.subtree OR o.id = " \
    "ANY(i.organization_ids)))"                                                                                \
    " AND (cardinality(i.roles) = 0 OR 0 = ANY(i.roles) OR p.role = ANY(i.roles)) AND" STORE_HELD(at)
#define STORE_PRESENT(now)                                                                                     \
    " EXISTS (SELECT 1 FROM membership p WHERE p.member_id = a.member_id AND" STORE_HELD(                      \
        now) ") AND (i.within_id IS NULL OR EXISTS (SELECT 1 FROM place p WHERE p.member_id = a.member_id AND" \
             " p.organization_id = i.within_id AND" STORE_HELD(now) "))"
#define STORE_MEMBERS(now)                                                                     \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION (" STORE_HOLDERS( \
        "i.created_at_us") " INTERSECT " STORE_HOLDERS(now) ")) a WHERE" STORE_PRESENT(now)
/* The same at the moment of issue. */
#define STORE_MEMBERS_THEN                                                                    \
    "SELECT a.member_id FROM (SELECT unnest(i.member_ids) AS member_id UNION " STORE_HOLDERS( \
        "i.created_at_us") ") a WHERE" STORE_PRESENT("i.created_at_us")

#endif
