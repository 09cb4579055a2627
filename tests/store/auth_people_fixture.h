/* Beside what auth_fixture.c says there are two wards, two branches of the first, and people of these; and commands are
 * said as the queue would bring them. */
#ifndef SOTAY_TESTS_STORE_AUTH_PEOPLE_FIXTURE_H
#define SOTAY_TESTS_STORE_AUTH_PEOPLE_FIXTURE_H

#include "parts_fixture.h"

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
extern const struct uuid WARD, OTHER_WARD, BRANCH, OTHER_BRANCH; /* c2 c3 b1 b2; codes W V B1 B2 */
extern const struct uuid SECRETARY, MEMBER, RECEIVER, DEPUTY;    /* 51 52 53 54: RECEIVER leads OTHER_BRANCH */
extern const struct uuid OFFICER;                                /* 55, of WARD; he lives in the root */
const struct uuid *admin_id(void);

int with_people(void **state);
#define WITH_PEOPLE(test) cmocka_unit_test_setup_teardown(test, with_people, each_stop)

struct command {
    const struct loop_part *const *parts;
    size_t n_parts;
    struct uuid actor, aggregate;
    const ProtobufCMessage *body;
    int64_t now_us; /* 0: a little later than the one before */
};
/* What its handler returned. A refusal has changed nothing; `slot` holds its fields. */
enum err command_say(struct fixture *f, const struct command *command, struct loop_slot *slot);
/* The same for several, of the same parts, in one batch. */
void commands_say(struct fixture *f, const struct command commands[], size_t n, struct loop_slot slots[],
                  enum err ret_errs[]);

/* The one number of the one row; -1: there is none. */
int64_t number(struct fixture *f, const char *sql);
/* How PostgreSQL runs a statement that this connection has prepared: "name(NULL, …)". `mode`: force_generic_plan,
 * whatever its parameters are, or force_custom_plan. */
const char *plan_of(struct fixture *f, const char *mode, const char *call);

#endif
