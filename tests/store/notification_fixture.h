/* What the tests of services/notification/ find in their database: a ward with branch 10B (secretary, member)
 * and branch 4 (a member who was in 10B until time 1000), devices of FCM and the simulator, and no items. */
#ifndef SOTAY_TESTS_STORE_NOTIFICATION_FIXTURE_H
#define SOTAY_TESTS_STORE_NOTIFICATION_FIXTURE_H

#include "pg_fixture.h"
#include "services/notification/inbox/item_store.h"
#include "services/notification/provider/provider.h"
#include "services/notification/push/account_store.h"

enum { NOW = 5000, BEFORE_MOVE = 500, AFTER_MOVE = 2000 };

extern const struct uuid WARD, BRANCH_10B, SECRETARY, MEMBER, MOVED, OUTSIDER;
extern const struct address TO_10B, TO_WARD_BELOW, TO_WARD, TO_HEADS, TO_ONE;

extern const struct push_account FCM; /* the account that is listed, of sender "one" */

void flush(struct fixture *f); /* must succeed */

/* Issued by branch 10B; its subject is {0xd0, id}. */
struct notification item_of(uint8_t id, int64_t created_at_us, const struct address *to);
void keep(struct fixture *f, const struct item *item);
struct subject subject_of(uint8_t id, const struct address *to); /* {0xd0, id}, version 2 */
void keep_subject(struct fixture *f, const struct subject *subject);

/* What is recorded of the push of item `id`. */
bool is_settled(struct fixture *f, uint8_t id);
int64_t counted(struct fixture *f, uint8_t id, enum push_status status);

#endif
