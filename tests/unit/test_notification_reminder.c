/* services/notification/inbox/: what a reminder tells, and whom. */
#include "rules.h"

#include "services/notification/inbox/news.h"
#include "sotay/v1/reminder.pb-c.h"

static ProtobufCBinaryData id(uint8_t byte)
{
    const struct uuid value = {{byte}};
    return uuid_to_pb(ctx, &value);
}

static void test_a_reminder_reaches_the_heads_of_its_branches_and_is_held(void **state)
{
    (void)state;
    struct notification told;
    ProtobufCBinaryData branches[] = {id(7), id(8)};
    Pb__BranchesReminded event = PB__BRANCHES_REMINDED__INIT;
    event.notification_id = id(3);
    event.organization_id = id(2);
    event.n_branch_ids = 2;
    event.branch_ids = branches;
    event.reminded_at_us = local(2026, 11, 21, 9);
    event.title = mem_text(ctx, "Nhắc");
    event.body = mem_text(ctx, "Phường nhắc");
    assert_int_equal(news_read(ctx, &event.base, &(struct uuid){{9}}, &told), ERR_OK);
    assert_string_equal(told.title, "Nhắc");
    assert_string_equal(told.body, "Phường nhắc");
    assert_int_equal(told.subject.bytes[0], 2);
    assert_int_equal(told.to.audience.n_organizations, 2);
    assert_int_equal(told.to.audience.organizations[1].bytes[0], 8);
    assert_int_equal(told.to.audience.n_roles, 2);
    assert_false(told.to.has_within || told.to.audience.subtree || told.gathers);
    assert_true(told.pushes && told.is_held);
    assert_int_equal(told.quiet, PUSH_QUIET);
    assert_int_equal(notification_category(told.kind), PUSH_OF_REMINDERS);
    branches[1].len = 3;
    assert_int_equal(news_read(ctx, &event.base, NULL, &told), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_reminder_reaches_the_heads_of_its_branches_and_is_held, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
