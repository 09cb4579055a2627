/* What a member has chosen for his phones, as SQL (table preference). A member without a row has chosen nothing. */
#ifndef SOTAY_NOTIFICATION_WISH_STORE_H
#define SOTAY_NOTIFICATION_WISH_STORE_H

#include "contract_numbers.h"

/* He has not said that his phones are not to ring for this category (enum push_category). */
#define WISH_ALLOWS(category, who)                                                              \
    "NOT EXISTS (SELECT 1 FROM preference w WHERE w.member_id = " who " AND NOT CASE " category \
    " WHEN 0 THEN w.meetings WHEN 1 THEN w.documents WHEN 2 THEN w.reminders ELSE true END)"

/* His quiet hours, and whether he wants everything once a day, of the row `w` of a LEFT JOIN; -1: as for all. */
#define WISH_COLUMNS \
    "coalesce(w.quiet_from, -1), coalesce(w.quiet_to, -1), w.digest IS NOT DISTINCT FROM " SQL_DIGEST_CHOICE_DAILY

#endif
