/* services/notification/inbox/item_events.c against a real PostgreSQL: facts of a document or meeting in any order, as
 * dead letters are replayed. */
#include "notification_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "parts_fixture.h"
#include "services/directory/projection.h"
#include "services/notification/audience/membership.h"
#include "services/notification/inbox/inbox_store.h"
#include "services/notification/inbox/item_events.h"
#include "services/notification/push/device.h"
#include "services/notification/push/recall_store.h"
#include "services/notification/push/shard_store.h"
#include "sotay/v1/reminder.pb-c.h"

static const struct loop_part *const PARTS[] = {&DIRECTORY_PART, &MEMBERSHIP_PART, &DEVICE_PART, &ITEM_PART};

/* One message in a batch of its own. */
static void hear(struct fixture *f, enum topic topic, const ProtobufCMessage *event)
{
    static uint8_t heard;
    struct loop_message message = {.topic = topic, .id = {{++heard}}, .now_us = NOW, .body = event};
    parts_hear(f, PARTS, ARRAY_LENGTH(PARTS), &message, 1);
}

static ProtobufCBinaryData id(struct fixture *f, const struct uuid *id)
{
    return uuid_to_pb(f->ctx, id);
}

static size_t inbox_size(struct fixture *f, const struct uuid *reader)
{
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, reader, NOW, &(struct inbox_filter){.limit = 100});
    flush(f);
    return pg_rows(rows);
}

static bool rings(struct fixture *f)
{
    struct pg_result *due = shard_store_due(f->ctx, f->pg, &FCM, INT64_MAX);
    flush(f);
    return pg_get_bool(due, 0, 0);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const struct uuid DOCUMENT = {{0xd1}}, MEETING = {{0xd2}};
enum { TO_ALL, TO_WARD_ITSELF };

/* Addressed to all below the ward, or to the ward itself: to none of our people. */
static Pb__DocumentFacts *document(struct fixture *f, uint64_t version, int audience, Pb__DocumentState state)
{
    Pb__DocumentFacts *facts = mem_new(f->ctx, Pb__DocumentFacts);
    ProtobufCBinaryData *ward = mem_new(f->ctx, ProtobufCBinaryData);
    pb__document_facts__init(facts);
    facts->document_id = id(f, &DOCUMENT);
    facts->organization_id = *ward = id(f, &WARD);
    facts->version = version;
    facts->state = state;
    facts->classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL;
    facts->audience = mem_new(f->ctx, Pb__Audience);
    pb__audience__init(facts->audience);
    facts->audience->n_organization_ids = 1;
    facts->audience->organization_ids = ward;
    facts->audience->has_subtree = facts->audience->subtree = audience == TO_ALL;
    return facts;
}

static void hear_document(struct fixture *f, const ProtobufCMessage *event)
{
    hear(f, TOPIC_DOCUMENT_EVENTS, event);
}

static void publish(struct fixture *f, uint64_t version, int audience)
{
    Pb__DocumentPublished event = PB__DOCUMENT_PUBLISHED__INIT;
    event.document = document(f, version, audience, PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED);
    event.notify = PB__NOTIFY__NOTIFY_PUSH;
    event.notification_id = id(f, &(struct uuid){{0xe1}});
    event.published_at_us = AFTER_MOVE;
    hear_document(f, &event.base);
}

static void change(struct fixture *f, uint64_t version, int audience)
{
    Pb__DocumentChanged event = PB__DOCUMENT_CHANGED__INIT;
    event.document = document(f, version, audience, PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED);
    hear_document(f, &event.base);
}

static void withdraw(struct fixture *f, uint64_t version)
{
    Pb__DocumentWithdrawn event = PB__DOCUMENT_WITHDRAWN__INIT;
    event.document = document(f, version, TO_ALL, PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN);
    event.notification_id = id(f, &(struct uuid){{0xe2}});
    hear_document(f, &event.base);
}

/* To other services, what is hidden is withdrawn and restricted to nobody. */
static void hide(struct fixture *f, uint64_t version)
{
    Pb__DocumentWithdrawn event = PB__DOCUMENT_WITHDRAWN__INIT;
    event.document = document(f, version, TO_ALL, PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN);
    event.document->classification = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED;
    pb__audience__init(event.document->audience);
    event.notification_id = id(f, &(struct uuid){{0xe3}});
    hear_document(f, &event.base);
}

static void test_a_changed_audience_sees_what_is_there(void **state)
{
    struct fixture *f = *state;
    publish(f, 2, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    change(f, 3, TO_WARD_ITSELF);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    change(f, 4, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
}

static void test_a_late_change_does_not_widen_an_audience_that_was_narrowed_since(void **state)
{
    struct fixture *f = *state;
    publish(f, 2, TO_ALL);
    change(f, 4, TO_WARD_ITSELF);
    change(f, 3, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

static void test_a_late_publication_reaches_those_of_the_newest_audience_only(void **state)
{
    struct fixture *f = *state;
    struct push_shard *shard;
    change(f, 3, TO_WARD_ITSELF);
    publish(f, 2, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    struct pg_result *rows = shard_store_claim(f->ctx, f->pg, &FCM, INT64_MAX, 1);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    shard = shard_store_read_claim(f->ctx, rows);
    rows = shard_store_targets(f->ctx, f->pg, &FCM, shard, 1, NOW, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 0);
    change(f, 4, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
}

static void test_a_late_publication_of_what_was_withdrawn_is_seen_by_nobody_and_rings_no_phone(void **state)
{
    struct fixture *f = *state;
    withdraw(f, 3);
    publish(f, 2, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_false(rings(f));
}

/* It is another event, so that it stays when the document's own items go. */
static void test_those_who_were_told_are_told_why_it_was_withdrawn(void **state)
{
    struct fixture *f = *state;
    Pb__WithdrawalTold event = PB__WITHDRAWAL_TOLD__INIT;
    event.document = document(f, 3, TO_ALL, PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN);
    event.document->title = (char *)(uintptr_t) "Chỉ tiêu";
    event.notification_id = id(f, &(struct uuid){{0xe2}});
    event.withdrawn_at_us = AFTER_MOVE;
    event.reason = (char *)(uintptr_t) "Sai số liệu";
    publish(f, 2, TO_ALL);
    assert_true(rings(f));
    hear_document(f, &event.base);
    withdraw(f, 3);
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, &MEMBER, NOW, &(struct inbox_filter){.limit = 100});
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    const Pb__InboxItem *item = inbox_store_read_item(f->ctx, rows, 0);
    assert_string_equal(item->title, "Thu hồi: Nghị quyết: Chỉ tiêu");
    assert_string_equal(item->body, "Lý do: Sai số liệu");
    assert_false(rings(f));       /* no phone rings for what is gone */
    change(f, 4, TO_WARD_ITSELF); /* what is told for itself keeps its readers */
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    hide(f, 5); /* unless it was for nobody */
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

static void test_a_late_change_does_not_bring_back_what_was_withdrawn(void **state)
{
    struct fixture *f = *state;
    publish(f, 2, TO_ALL);
    assert_true(rings(f));
    withdraw(f, 4);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_false(rings(f));
    change(f, 3, TO_ALL);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

/* --- meetings ----------------------------------------------------------------------------------------------------- */

static Pb__MeetingFacts *meeting(struct fixture *f, uint64_t version, Pb__Participants participants)
{
    Pb__MeetingFacts *facts = mem_new(f->ctx, Pb__MeetingFacts);
    pb__meeting_facts__init(facts);
    facts->meeting_id = id(f, &MEETING);
    facts->organization_id = id(f, &BRANCH_10B);
    facts->version = version;
    facts->starts_at_us = NOW * 2;
    facts->place = (char *)(uintptr_t) "Trụ sở";
    facts->participants = participants;
    return facts;
}

static void hear_meeting(struct fixture *f, const ProtobufCMessage *event)
{
    hear(f, TOPIC_MEETING_EVENTS, event);
}

static void schedule(struct fixture *f, uint64_t version, Pb__Participants participants)
{
    Pb__MeetingScheduled event = PB__MEETING_SCHEDULED__INIT;
    event.meeting = meeting(f, version, participants);
    event.notification_id = id(f, &(struct uuid){{0xe3}});
    hear_meeting(f, &event.base);
}

static void edit(struct fixture *f, uint64_t version, Pb__Participants participants, bool moved)
{
    Pb__MeetingChanged event = PB__MEETING_CHANGED__INIT;
    event.meeting = meeting(f, version, participants);
    event.has_notification_id = event.has_old_starts_at_us = moved;
    event.notification_id = id(f, &(struct uuid){{0xe4, (uint8_t)version}});
    event.old_starts_at_us = NOW;
    hear_meeting(f, &event.base);
}

static void cancel(struct fixture *f, uint64_t version)
{
    Pb__MeetingCancelled event = PB__MEETING_CANCELLED__INIT;
    event.meeting = meeting(f, version, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    event.notification_id = id(f, &(struct uuid){{0xe5}});
    event.reason = (char *)(uintptr_t) "Mưa bão";
    hear_meeting(f, &event.base);
}

static void test_a_late_hour_is_not_told_after_a_newer_one(void **state)
{
    struct fixture *f = *state;
    schedule(f, 2, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    edit(f, 4, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, true);
    edit(f, 3, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, true);
    assert_int_equal(inbox_size(f, &MEMBER), 2);
}

static void test_a_late_meeting_is_not_told_after_it_was_cancelled(void **state)
{
    struct fixture *f = *state;
    cancel(f, 3);
    schedule(f, 2, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
}

static void test_a_late_meeting_is_told_after_a_change_that_told_nobody_to_those_whom_it_left(void **state)
{
    struct fixture *f = *state;
    edit(f, 3, PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE, false);
    schedule(f, 2, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

/* --- news --------------------------------------------------------------------------------------------------------- */

static void comment(struct fixture *f, uint8_t number)
{
    Pb__MeetingCommented event = PB__MEETING_COMMENTED__INIT;
    event.meeting_id = id(f, &MEETING);
    event.organization_id = id(f, &BRANCH_10B);
    event.notification_id = id(f, &(struct uuid){{0xe6, number}});
    event.author_id = id(f, &MEMBER);
    event.commented_at_us = AFTER_MOVE + number;
    hear_meeting(f, &event.base);
}

static void answer(struct fixture *f)
{
    Pb__CommentAnswered event = PB__COMMENT_ANSWERED__INIT;
    event.meeting_id = id(f, &MEETING);
    event.organization_id = id(f, &BRANCH_10B);
    event.notification_id = id(f, &(struct uuid){{0xe7}});
    event.author_id = id(f, &MEMBER);
    event.answered_at_us = AFTER_MOVE;
    hear_meeting(f, &event.base);
}

static void test_comments_reach_the_heads_in_one_item_and_an_answer_its_author_alone(void **state)
{
    struct fixture *f = *state;
    comment(f, 1);
    comment(f, 2);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_true(rings(f));
    answer(f);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
}

static void test_news_keep_their_readers_when_their_meeting_changes(void **state)
{
    struct fixture *f = *state;
    comment(f, 1);
    edit(f, 3, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, false);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

static void decide(struct fixture *f, uint8_t number)
{
    Pb__ProposalDecided event = PB__PROPOSAL_DECIDED__INIT;
    event.meeting_id = id(f, &MEETING);
    event.organization_id = id(f, &BRANCH_10B);
    event.notification_id = id(f, &(struct uuid){{0xe8, number}});
    event.author_id = id(f, &MEMBER);
    event.state = PB__PROPOSAL_STATE__PROPOSAL_STATE_DECLINED;
    event.decided_at_us = AFTER_MOVE + number;
    hear_meeting(f, &event.base);
}

static int64_t digests(struct fixture *f)
{
    static const struct pg_statement COUNT = {.name = "count_digests", .sql = "SELECT count(*) FROM digest"};
    struct pg_result *rows = pg_queue(f->pg, pg_args(f->ctx, &COUNT));
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static void test_each_decision_is_an_item_of_its_own_that_rings_at_once_and_keeps_its_reader(void **state)
{
    struct fixture *f = *state;
    decide(f, 1);
    assert_true(rings(f));
    decide(f, 2);
    decide(f, 2); /* heard twice */
    edit(f, 3, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, false);
    assert_int_equal(inbox_size(f, &MEMBER), 2);
    assert_int_equal(inbox_size(f, &SECRETARY), 0);
    assert_int_equal(digests(f), 0);
}

/* --- reminders ---------------------------------------------------------------------------------------------------- */

static void remind(struct fixture *f, const struct uuid *branch)
{
    Pb__BranchesReminded event = PB__BRANCHES_REMINDED__INIT;
    ProtobufCBinaryData branches = id(f, branch);
    event.notification_id = id(f, &(struct uuid){{0xe5}});
    event.organization_id = id(f, &WARD);
    event.n_branch_ids = 1;
    event.branch_ids = &branches;
    event.reminded_at_us = NOW;
    event.title = event.body = mem_text(f->ctx, "Nhắc");
    hear(f, TOPIC_MEETING_EVENTS, &event.base);
}

static bool rings_by(struct fixture *f, int64_t at_us)
{
    struct pg_result *due = shard_store_due(f->ctx, f->pg, &FCM, at_us);
    flush(f);
    return pg_get_bool(due, 0, 0);
}

static void test_a_reminder_is_the_heads_own_and_is_held_however_few_they_are(void **state)
{
    struct fixture *f = *state;
    static const struct uuid REMINDER = {{0xe5}};
    remind(f, &BRANCH_10B);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_false(rings_by(f, NOW + PUSH_HOLD_US - 1));
    assert_true(rings_by(f, NOW + PUSH_HOLD_US));
    struct recall_rows rows = recall_store_lock(f->ctx, f->pg, &REMINDER, 1);
    struct recall held;
    flush(f);
    recall_store_read(f->ctx, rows.items, 0, &held);
    assert_int_equal(held.held_until_us, NOW + PUSH_HOLD_US);
    assert_memory_equal(&held.issuer.id, &WARD, sizeof WARD);
}

static void test_a_reminder_of_another_branch_reaches_nobody_here(void **state)
{
    struct fixture *f = *state;
    remind(f, &(struct uuid){{0x77}});
    assert_int_equal(inbox_size(f, &SECRETARY), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_changed_audience_sees_what_is_there),
        CASE(test_a_reminder_is_the_heads_own_and_is_held_however_few_they_are),
        CASE(test_a_reminder_of_another_branch_reaches_nobody_here),
        CASE(test_a_late_change_does_not_widen_an_audience_that_was_narrowed_since),
        CASE(test_a_late_publication_reaches_those_of_the_newest_audience_only),
        CASE(test_a_late_publication_of_what_was_withdrawn_is_seen_by_nobody_and_rings_no_phone),
        CASE(test_those_who_were_told_are_told_why_it_was_withdrawn),
        CASE(test_a_late_change_does_not_bring_back_what_was_withdrawn),
        CASE(test_a_late_hour_is_not_told_after_a_newer_one),
        CASE(test_a_late_meeting_is_not_told_after_it_was_cancelled),
        CASE(test_a_late_meeting_is_told_after_a_change_that_told_nobody_to_those_whom_it_left),
        CASE(test_comments_reach_the_heads_in_one_item_and_an_answer_its_author_alone),
        CASE(test_news_keep_their_readers_when_their_meeting_changes),
        CASE(test_each_decision_is_an_item_of_its_own_that_rings_at_once_and_keeps_its_reader),
    };
    return cmocka_run_group_tests_name("notification events", tests, start, stop);
}
