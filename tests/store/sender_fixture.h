/* What the tests of senders share (services/notification/push/dispatch.c): two providers' tables that keep what they
 * took, the senders of their accounts, and pushes to branch 10B. */
#ifndef SOTAY_TESTS_STORE_SENDER_FIXTURE_H
#define SOTAY_TESTS_STORE_SENDER_FIXTURE_H

#include "notification_fixture.h"
#include "services/notification/push/dispatch.h"

/* What a provider took, and what it says to the next messages. */
struct taken {
    int status;
    int retry_after_s;
    int64_t until_us; /* of the last call */
    char tokens[16][8];
    size_t n;
};
void assert_took(const struct taken *taken, size_t n, const char *const tokens[]);

/* FCM under the name of its account and under another (fcm_account), and APNs. */
extern const struct provider FCM_TABLE, RENAMED_TABLE, APNS_TABLE;

/* Its account has the table's name; `now` is its clock. */
struct dispatch *sender_of(struct fixture *f, const struct provider *provider, struct taken *taken, int64_t chunk,
                           int64_t *now);
bool turn(struct fixture *f, struct dispatch *dispatch); /* there was something to do */

/* The secretary and the member have a phone at APNs too. */
void give_apns_devices(struct fixture *f);
void push_to_10b(struct fixture *f, uint8_t id); /* due since AFTER_MOVE, for an hour */
void push_due(struct fixture *f, uint8_t id, int64_t due_us);

/* Tokens of branch 10B's phones at FCM, and of those at APNs. */
extern const char *const AT_FCM[3], *const AT_APNS[2];

#endif
