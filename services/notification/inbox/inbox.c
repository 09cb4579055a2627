#include "services/notification/inbox/inbox.h"

static bool is_up_to(const struct inbox_place *item, const struct inbox_place *last)
{
    if (item->created_at_us != last->created_at_us)
        return item->created_at_us < last->created_at_us;
    return uuid_compare(&item->item, &last->item) <= 0;
}

bool inbox_covers(const struct inbox_read *read, const struct inbox_place *item)
{
    bool was_there = read->at_us >= item->told_at_us;
    bool has_moved = read->place.is_digest &&
                     read->place.told_at_us > read->at_us; /* perhaps up, past what its reader had not come to */
    if (read->up_to)
        return was_there && !has_moved && is_up_to(item, &read->place);
    return uuid_equal(&item->item, &read->place.item) && (was_there || !item->is_digest);
}
