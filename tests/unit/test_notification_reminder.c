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

static void test_what_a_day_reminds_of_is_held_by_nobody(void **state)
{
    (void)state;
    struct notification told;
    ProtobufCBinaryData branch = id(7);
    Pb__BranchesPrompted event = PB__BRANCHES_PROMPTED__INIT;
    event.notification_id = id(3);
    event.organization_id = id(2);
    event.n_branch_ids = 1;
    event.branch_ids = &branch;
    event.title = event.body = mem_text(ctx, "Nhắc");
    assert_int_equal(news_read(ctx, &event.base, NULL, &told), ERR_OK);
    assert_int_equal(told.to.audience.organizations[0].bytes[0], 7);
    assert_int_equal(told.to.audience.n_roles, 2);
    assert_true(told.pushes && !told.is_held);
    assert_int_equal(notification_category(told.kind), PUSH_OF_REMINDERS);
}

static Pb__MeetingComesUp coming_up(void)
{
    Pb__MeetingComesUp event = PB__MEETING_COMES_UP__INIT;
    Pb__MeetingFacts *facts = mem_new(ctx, Pb__MeetingFacts);
    pb__meeting_facts__init(facts);
    facts->meeting_id = id(1);
    facts->organization_id = id(2);
    facts->starts_at_us = local(2026, 12, 4, 19);
    facts->place = mem_text(ctx, "Nhà văn hóa");
    facts->participants = PB__PARTICIPANTS__PARTICIPANTS_MEMBERS;
    event.meeting = facts;
    event.notification_id = id(3);
    event.told_at_us = local(2026, 12, 2, 19);
    return event;
}

static void test_a_meeting_that_comes_up_is_told_to_those_who_will_be_there(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingComesUp event = coming_up();
    ProtobufCBinaryData members[] = {id(7), id(8)};
    assert_int_equal(news_read(ctx, &event.base, NULL, &told), ERR_OK);
    assert_string_equal(told.title, "Nhắc lịch: Họp chi bộ thường kỳ 04/12/2026 19:00");
    assert_string_equal(told.body, "Địa điểm: Nhà văn hóa. Nếu vắng, xin báo lý do trong ứng dụng.");
    assert_int_equal(told.to.audience.n_organizations, 1);
    assert_int_equal(told.to.audience.n_members, 0);
    assert_true(told.pushes && !told.is_held);
    assert_int_equal(told.expires_at_us, local(2026, 12, 3, 19));
    assert_int_equal(notification_category(told.kind), PUSH_OF_REMINDERS);
    event.member_ids = members;
    event.n_member_ids = 2;
    event.told_at_us = local(2026, 12, 4, 8); /* late: no phone rings once it has begun */
    assert_int_equal(news_read(ctx, &event.base, NULL, &told), ERR_OK);
    assert_int_equal(told.to.audience.n_organizations, 0);
    assert_int_equal(told.to.audience.n_members, 2);
    assert_int_equal(told.expires_at_us, local(2026, 12, 4, 19));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_reminder_reaches_the_heads_of_its_branches_and_is_held, start, stop),
        cmocka_unit_test_setup_teardown(test_what_a_day_reminds_of_is_held_by_nobody, start, stop),
        cmocka_unit_test_setup_teardown(test_a_meeting_that_comes_up_is_told_to_those_who_will_be_there, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
