/* services/notification/push/dispatch.c and recall.c against a real PostgreSQL: nights, what members have chosen, and
 * what is taken back in time. */
#include "sender_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "parts_fixture.h"
#include "services/directory/lookup.h"
#include "services/notification/push/delivery_store.h"
#include "services/notification/push/recall.h"
#include "sotay/v1/notification.pb-c.h"

#define EVENING_US (NOW + 15 * CLOCK_HOUR_US) /* 22:00 of the day that begins at 7:00, local */
#define MORNING_US (NOW + 24 * CLOCK_HOUR_US + 12 * CLOCK_MINUTE_US)

/* To branch 10B, in the evening, for a day. */
static struct item evening_item(uint8_t id)
{
    struct item item = {.is = item_of(id, EVENING_US, &TO_10B),
                        .is_new = true,
                        .rings = true,
                        .rings_at_us = EVENING_US,
                        .has_recipients = true,
                        .recipients = 2};
    item.is.expires_at_us = EVENING_US + CLOCK_DAY_US;
    return item;
}

static void turn_all(struct fixture *f, struct dispatch *dispatch)
{
    while (turn(f, dispatch))
        ;
}

static void test_what_was_told_by_night_rings_each_phone_once_in_the_morning(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = EVENING_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 2, &now); /* fewer than wait */
    for (uint8_t id = 1; id <= 3; id++) {
        const struct item item = evening_item(id);
        keep(f, &item);
    }
    turn_all(f, sender);
    assert_int_equal(taken.n, 0);
    for (uint8_t id = 1; id <= 3; id++) {
        assert_int_equal(counted(f, id, PUSH_RETRYING), 3);
        assert_false(is_settled(f, id));
    }
    now = MORNING_US;
    turn_all(f, sender);
    assert_int_equal(taken.n, 3);
    for (uint8_t id = 1; id <= 3; id++) {
        assert_int_equal(counted(f, id, PUSH_DELIVERED), 3);
        assert_true(is_settled(f, id));
    }
}

/* A provider that is away in the morning: it is still one ring. */
static void test_a_morning_that_fails_is_tried_again_as_one_ring(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 503};
    int64_t now = EVENING_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    for (uint8_t id = 1; id <= 2; id++) {
        const struct item item = evening_item(id);
        keep(f, &item);
    }
    turn_all(f, sender);
    now = MORNING_US;
    turn_all(f, sender);
    assert_int_equal(counted(f, 1, PUSH_RETRYING), 3);
    taken.status = 200;
    now += CLOCK_MINUTE_US;
    turn_all(f, sender);
    assert_int_equal(taken.n, 3);
    assert_int_equal(counted(f, 1, PUSH_DELIVERED) + counted(f, 2, PUSH_DELIVERED), 6);
}

/* The provider comes back when one of them is of no use any more: that expires, and phones ring for the other. */
static void test_what_expires_in_the_morning_takes_nothing_else_with_it(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 503};
    int64_t now = EVENING_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    for (uint8_t id = 1; id <= 2; id++) {
        struct item item = evening_item(id);
        if (id == 1)
            item.is.expires_at_us = MORNING_US + CLOCK_SECOND_US;
        keep(f, &item);
    }
    turn_all(f, sender);
    now = MORNING_US;
    turn_all(f, sender);
    assert_int_equal(counted(f, 1, PUSH_EXPIRED), 3);
    assert_int_equal(counted(f, 2, PUSH_RETRYING), 3);
    taken.status = 200;
    now += CLOCK_MINUTE_US;
    turn_all(f, sender);
    assert_int_equal(counted(f, 2, PUSH_DELIVERED), 3);
}

static void test_whoever_read_it_by_night_is_not_rung_in_the_morning(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = EVENING_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    const struct item item = evening_item(1);
    keep(f, &item);
    turn_all(f, sender);
    must(f->pg,
         "INSERT INTO inbox_read(member_id, item_id, read_at_us) SELECT id('51'), id, told_at_us FROM inbox_item");
    now = MORNING_US;
    turn_all(f, sender);
    static const char *const MEMBERS[] = {"t52a"};
    assert_took(&taken, 1, MEMBERS);
    assert_true(is_settled(f, 1));
}

static void test_what_is_urgent_rings_by_night_whatever_was_chosen(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = EVENING_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    struct item item = evening_item(1);
    item.is.quiet = PUSH_NEVER_QUIET;
    must(f->pg, "INSERT INTO preference(member_id, version, digest, meetings, documents, surveys, reminders, locale,"
                " changed_at_us) VALUES (id('52'), 2, 1, false, false, false, false, 0, 1)");
    keep(f, &item);
    turn_all(f, sender);
    assert_took(&taken, 3, AT_FCM);
}

static void test_phones_ring_for_what_their_members_have_chosen_and_not_for_what_they_did(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = NOW;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    must(f->pg, "INSERT INTO preference(member_id, version, digest, meetings, documents, surveys, reminders, locale,"
                " changed_at_us) VALUES (id('52'), 2, 0, true, false, true, true, 0, 1)");
    push_to_10b(f, 1);
    turn_all(f, sender);
    static const char *const SECRETARYS[] = {"t51a", "t51b"};
    assert_took(&taken, 2, SECRETARYS);
    struct item item = evening_item(2);
    item.is.kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED;
    item.is.has_by = true;
    item.is.by = SECRETARY;
    item.rings_at_us = NOW;
    keep(f, &item);
    turn_all(f, sender);
    assert_int_equal(taken.n, 3);
    assert_string_equal(taken.tokens[2], "t52a");
}

/* The second correction is for those who have looked at the first. */
static void test_a_push_that_follows_another_rings_for_those_who_have_read_that(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = NOW;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    push_to_10b(f, 1);
    turn_all(f, sender);
    taken.n = 0;
    must(f->pg,
         "INSERT INTO inbox_read(member_id, item_id, read_at_us) SELECT id('52'), id, told_at_us FROM inbox_item");
    struct item item = evening_item(2);
    item.rings_at_us = NOW;
    item.follows = &(struct uuid){{1}};
    keep(f, &item);
    turn_all(f, sender);
    static const char *const READERS[] = {"t52a"};
    assert_took(&taken, 1, READERS);
}

static void test_who_wants_a_digest_is_rung_in_the_morning(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = NOW + CLOCK_HOUR_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    must(f->pg, "INSERT INTO preference(member_id, version, digest, meetings, documents, surveys, reminders, locale,"
                " changed_at_us) VALUES (id('51'), 2, 1, true, true, true, true, 0, 1)");
    const struct item item = evening_item(1);
    keep(f, &item);
    must(f->pg, "UPDATE push_shard SET not_before_us = 0");
    turn_all(f, sender);
    assert_int_equal(taken.n, 1);
    now = MORNING_US;
    turn_all(f, sender);
    assert_int_equal(taken.n, 3);
}

/* --- recall ------------------------------------------------------------------------------------------------------- */

static const struct loop_part *const PARTS[] = {&DIRECTORY_LOOKUP_PART, &RECALL_PART};
enum { HOLD_US = 60 * 1000000 };

/* The secretary as the directory knows him. */
static void keep_secretary(struct fixture *f)
{
    static const struct pg_statement KEEP = {
        .name = "keep_secretary",
        .sql = "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record)"
               " VALUES ($1::uuid, 1, 'A', $2::uuid, 0, false, $3::bytea)"};
    Pb__DirectoryMember record = PB__DIRECTORY_MEMBER__INIT;
    Pb__DirectoryMember__Interval interval = PB__DIRECTORY_MEMBER__INTERVAL__INIT;
    Pb__DirectoryMember__Position position = PB__DIRECTORY_MEMBER__POSITION__INIT;
    record.id = uuid_to_pb(f->ctx, &SECRETARY);
    record.version = 1;
    record.full_name = mem_text(f->ctx, "A");
    position.organization_id = uuid_to_pb(f->ctx, &BRANCH_10B);
    position.role = PB__ROLE__ROLE_SECRETARY;
    interval.branch_id = position.organization_id;
    record.n_intervals = record.n_positions = 1;
    record.intervals = &(Pb__DirectoryMember__Interval *){&interval};
    record.positions = &(Pb__DirectoryMember__Position *){&position};
    ProtobufCBinaryData packed = mem_pack(f->ctx, &record.base);
    struct pg_args *args = pg_args(f->ctx, &KEEP);
    pg_add_uuid(args, &SECRETARY);
    pg_add_uuid(args, &BRANCH_10B);
    pg_add_bytes(args, packed.data, packed.len);
    pg_queue(f->pg, args);
    flush(f);
}

static enum err recall(struct fixture *f, const struct uuid *by, int64_t now_us)
{
    static const struct kafka_record RECORD = {.topic = TOPIC_NOTIFICATION_COMMANDS};
    static const struct uuid NOTIFICATION = {{1}};
    struct loop_batch *batch = loop_batch_new(f->ctx, PARTS, ARRAY_LENGTH(PARTS), 0);
    Pb__RecallNotification body = PB__RECALL_NOTIFICATION__INIT;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    struct loop_slot slot = {.record = &RECORD,
                             .message = {.topic = TOPIC_NOTIFICATION_COMMANDS,
                                         .id = {{0x77}},
                                         .aggregate = NOTIFICATION,
                                         .actor = *by,
                                         .has_actor = true,
                                         .now_us = now_us,
                                         .body = &body.base,
                                         .batch = batch,
                                         .ctx = f->ctx}};
    body.notification_id = uuid_to_pb(f->ctx, &NOTIFICATION);
    assert_int_equal(loop_find_handlers(PARTS, ARRAY_LENGTH(PARTS), TOPIC_NOTIFICATION_COMMANDS,
                                        body.base.descriptor->short_name, handlers),
                     1);
    assert_int_equal(handlers[0]->want(&slot.message), ERR_OK);
    parts_load(f->pg, batch);
    enum err err = handlers[0]->apply(&slot.message);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return err;
}

static void keep_held(struct fixture *f)
{
    struct item item = evening_item(1);
    item.is.created_at_us = NOW;
    item.rings_at_us = NOW + HOLD_US;
    item.is_held = true;
    keep(f, &item);
}

static void test_while_it_is_held_the_secretary_takes_it_back_and_no_phone_rings(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = NOW + 2 * (int64_t)HOLD_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    keep_secretary(f);
    keep_held(f);
    assert_int_equal(recall(f, &OUTSIDER, NOW + 1), ERR_NOT_FOUND);
    assert_int_equal(recall(f, &MEMBER, NOW + 1), ERR_NOT_FOUND);
    assert_int_equal(recall(f, &SECRETARY, NOW + 1), ERR_OK);
    assert_int_equal(recall(f, &SECRETARY, NOW + 2), ERR_WRONG_STATE);
    turn_all(f, sender);
    assert_int_equal(taken.n, 0);
    assert_true(is_settled(f, 1));
}

static void test_after_the_hold_or_once_a_sender_has_it_nothing_is_taken_back(void **state)
{
    struct fixture *f = *state;
    struct taken taken = {.status = 200};
    int64_t now = NOW + HOLD_US;
    struct dispatch *sender = sender_of(f, &FCM_TABLE, &taken, 10, &now);
    keep_secretary(f);
    keep_held(f);
    assert_int_equal(recall(f, &SECRETARY, NOW + HOLD_US), ERR_WRONG_STATE);
    turn_all(f, sender);
    assert_took(&taken, 3, AT_FCM);
    assert_int_equal(recall(f, &SECRETARY, NOW + 1), ERR_WRONG_STATE); /* accepted in time, and judged too late */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_told_by_night_rings_each_phone_once_in_the_morning),
        CASE(test_a_morning_that_fails_is_tried_again_as_one_ring),
        CASE(test_what_expires_in_the_morning_takes_nothing_else_with_it),
        CASE(test_whoever_read_it_by_night_is_not_rung_in_the_morning),
        CASE(test_what_is_urgent_rings_by_night_whatever_was_chosen),
        CASE(test_phones_ring_for_what_their_members_have_chosen_and_not_for_what_they_did),
        CASE(test_a_push_that_follows_another_rings_for_those_who_have_read_that),
        CASE(test_who_wants_a_digest_is_rung_in_the_morning),
        CASE(test_while_it_is_held_the_secretary_takes_it_back_and_no_phone_rings),
        CASE(test_after_the_hold_or_once_a_sender_has_it_nothing_is_taken_back),
    };
    return cmocka_run_group_tests_name("notification quiet", tests, start, stop);
}
