/* SQL of the table `membership`: where members belonged and belong. Queues on the pipeline of the caller's thread. */
#ifndef SOTAY_NOTIFICATION_MEMBERSHIP_STORE_H
#define SOTAY_NOTIFICATION_MEMBERSHIP_STORE_H

#include "common/pg/pg.h"
#include "sotay/v1/directory.pb-c.h"

/* The intervals of members whose directory row has this version replace what was there: to be queued after the
 * directory's own rows. The rows are owned by ctx. */
struct membership_rows;
struct membership_rows *membership_store_rows(TALLOC_CTX *ctx);
void membership_store_add(struct membership_rows *rows, const Pb__DirectoryMember *member);
void membership_store_queue(struct membership_rows *rows, struct pg *pg);

#endif
