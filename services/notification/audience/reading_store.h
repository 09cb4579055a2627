/* When a member read an item, as SQL; null: he has not. The same rule as inbox_covers in inbox/inbox.c (a read that
 * covers nothing has no row): a digest that has grown since is not read. The item is `i`, an inbox_item. */
#ifndef SOTAY_NOTIFICATION_READING_STORE_H
#define SOTAY_NOTIFICATION_READING_STORE_H

/* What he read by itself, and what he read up to: as FROM and WHERE. */
#define READING_ITEM(who)                                                \
    "FROM inbox_read r WHERE r.member_id = " who " AND r.item_id = i.id" \
    " AND (i.facts IS NULL OR r.read_at_us >= i.told_at_us)"
#define READING_UP_TO(who)                             \
    "FROM inbox_read_up_to u WHERE u.member_id = " who \
    " AND (u.created_at_us, u.item_id) >= (i.created_at_us, i.id) AND u.read_at_us >= i.told_at_us"

#define READING_AT(who) \
    "least((SELECT r.read_at_us " READING_ITEM(who) "), (SELECT min(u.read_at_us) " READING_UP_TO(who) "))"

#endif
