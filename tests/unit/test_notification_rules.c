/* services/notification/inbox/: whom an event tells, in which words; digests, subjects, and what a read covers. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/inbox/digest.h"
#include "services/notification/inbox/inbox.h"
#include "services/notification/inbox/news.h"
#include "services/notification/inbox/subject.h"
#include "services/notification/provider/fcm_json.h"

#include <string.h>

static TALLOC_CTX *ctx;

static int start(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "test");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

static int64_t local(int month, int day, int hour, int minute)
{
    return clock_date_start_us(clock_date_join(2026, month, day)) + hour * CLOCK_HOUR_US + minute * CLOCK_MINUTE_US;
}

static ProtobufCBinaryData id(uint8_t byte)
{
    const struct uuid value = {{byte}};
    return uuid_to_pb(ctx, &value);
}

static Pb__MeetingFacts *meeting(Pb__MeetingKind kind, Pb__Participants participants)
{
    Pb__MeetingFacts *facts = mem_new(ctx, Pb__MeetingFacts);
    pb__meeting_facts__init(facts);
    facts->meeting_id = id(1);
    facts->organization_id = id(2);
    facts->kind = kind;
    facts->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    facts->starts_at_us = local(12, 3, 19, 30);
    facts->place = (char *)(uintptr_t) "Nhà văn hóa";
    facts->participants = participants;
    facts->has_notified_at_us = true;
    facts->notified_at_us = local(11, 10, 9, 0);
    return facts;
}

static Pb__MeetingScheduled scheduled(Pb__MeetingKind kind, Pb__Participants participants)
{
    Pb__MeetingScheduled event = PB__MEETING_SCHEDULED__INIT;
    event.meeting = meeting(kind, participants);
    event.notification_id = id(3);
    return event;
}

static void test_a_meeting_is_told_to_its_branch_with_local_time_and_place(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR,
                                           PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(notification_of_scheduled(ctx, &event, local(11, 20, 0, 0), &told), ERR_OK);
    assert_string_equal(told.title, "Họp chi bộ thường kỳ 03/12/2026 19:30");
    assert_string_equal(told.body, "Địa điểm: Nhà văn hóa");
    assert_int_equal(told.id.bytes[0], 3);
    assert_int_equal(told.subject.bytes[0], 1);
    assert_int_equal(told.created_at_us, local(11, 10, 9, 0));
    assert_int_equal(told.to.audience.n_organizations, 1);
    assert_int_equal(told.to.audience.organizations[0].bytes[0], 2);
    assert_int_equal(told.to.audience.n_roles, 1);
    assert_int_equal(told.to.audience.roles[0], PB__ROLE__ROLE_MEMBER);
    assert_true(told.pushes);
}

static void test_a_committee_meeting_is_told_to_the_committee_and_a_named_one_to_those_named(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_EXECUTIVE,
                                           PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE);
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_int_equal(told.to.audience.n_roles, 3);
    ProtobufCBinaryData named[] = {id(7), id(8)};
    event = scheduled(PB__MEETING_KIND__MEETING_KIND_THEMATIC, PB__PARTICIPANTS__PARTICIPANTS_NAMED);
    event.meeting->n_participant_ids = 2;
    event.meeting->participant_ids = named;
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_int_equal(told.to.audience.n_organizations, 0);
    assert_int_equal(told.to.audience.n_members, 2);
    assert_true(told.to.has_within);
}

static void test_a_change_says_old_and_new(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingChanged event = PB__MEETING_CHANGED__INIT;
    event.meeting = meeting(PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    event.has_notification_id = event.has_old_starts_at_us = true;
    event.notification_id = id(3);
    event.old_starts_at_us = local(12, 3, 19, 0);
    event.old_place = (char *)(uintptr_t) "Trụ sở";
    assert_int_equal(notification_of_change(ctx, &event, 77, &told), ERR_OK);
    assert_string_equal(told.body, "Thời gian: 03/12/2026 19:00 → 03/12/2026 19:30\nĐịa điểm: Trụ sở → Nhà văn hóa");
    assert_int_equal(told.priority, PUSH_URGENT);
    assert_int_equal(told.created_at_us, local(11, 10, 9, 0)); /* not when the event came */
}

static Pb__DocumentPublished published(Pb__Classification classification, Pb__Notify notify)
{
    Pb__DocumentPublished event = PB__DOCUMENT_PUBLISHED__INIT;
    event.document = mem_new(ctx, Pb__DocumentFacts);
    pb__document_facts__init(event.document);
    event.document->audience = mem_new(ctx, Pb__Audience);
    pb__audience__init(event.document->audience);
    event.document->document_id = id(1);
    event.document->organization_id = id(2);
    event.document->classification = classification;
    event.notification_id = id(3);
    event.notify = notify;
    event.published_at_us = local(11, 10, 9, 0);
    return event;
}

static void test_of_a_restricted_document_nothing_is_told_but_that_it_is_there(void **state)
{
    (void)state;
    struct notification told;
    Pb__DocumentPublished event = published(PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED, PB__NOTIFY__NOTIFY_PUSH);
    assert_int_equal(notification_of_document(ctx, &event, &told), ERR_OK);
    assert_string_equal(told.title, "Có văn bản mới gửi đồng chí");
    struct push_message message = {.kind = push_kind_word(told.kind), .url = "/app/van-ban/1", .token = "phone"};
    message.title = push_lock_screen_title(told.classification, told.title);
    message.body = push_lock_screen_body(told.classification, told.body);
    assert_null(strstr(fcm_message(ctx, &message, event.published_at_us), "văn bản"));
}

static void test_a_lock_screen_shows_the_title_of_public_things_only(void **state)
{
    (void)state;
    static const struct {
        Pb__Classification classification;
        const char *shown;
    } CASES[] = {
        {PB__CLASSIFICATION__CLASSIFICATION_PUBLIC, "Nghị quyết 15-NQ/CB: Về học tập"},
        {PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, "Sổ tay"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct notification told;
        Pb__DocumentPublished event = published(CASES[i].classification, PB__NOTIFY__NOTIFY_INBOX);
        event.document->has_kind = true;
        event.document->title = (char *)(uintptr_t) "Về học tập";
        event.document->number = (char *)(uintptr_t) "15-NQ/CB";
        assert_int_equal(notification_of_document(ctx, &event, &told), ERR_OK);
        assert_string_equal(told.title, CASES[0].shown);
        assert_string_equal(push_lock_screen_title(told.classification, told.title), CASES[i].shown);
        assert_false(told.pushes);
    }
}

static void test_an_id_that_is_none_is_malformed(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR,
                                           PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    event.notification_id.len = 3;
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_MALFORMED);
}

/* --- subjects ----------------------------------------------------------------------------------------------------- */

static struct subject said(uint64_t version, int64_t withdrawn_at_us)
{
    return (struct subject){.id = {{1}}, .version = version, .withdrawn_at_us = withdrawn_at_us};
}

/* One step after the other. */
static void test_an_older_fact_undoes_nothing_and_is_told_unless_a_newer_one_was(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t said;
        int64_t withdrawn_at_us;
        bool tells, told;
        uint64_t is, told_version;
        int64_t is_withdrawn_at_us;
    } STEPS[] = {
        {"the first is taken, whatever its version", 5, 0, false, false, 5, 0, 0},
        {"an older one is told where nobody was told a newer one", 2, 0, true, true, 5, 2, 0},
        {"the same again", 2, 0, true, true, 5, 2, 0},
        {"a newer one is taken and told", 6, 0, true, true, 6, 6, 0},
        {"an older one is told no more", 4, 0, true, false, 6, 6, 0},
        {"a withdrawal is taken", 8, 70, false, false, 8, 6, 70},
        {"and stays", 7, 0, true, true, 8, 7, 70},
        {"as it was", 8, 71, false, false, 8, 7, 70},
    };
    struct subject subject, *last = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(STEPS); i++) {
        const struct subject fact = said(STEPS[i].said, STEPS[i].withdrawn_at_us);
        print_message("%s\n", STEPS[i].what);
        assert_int_equal(STEPS[i].tells && subject_tells(last, &fact), STEPS[i].told);
        subject = subject_next(last, &fact, STEPS[i].tells);
        last = &subject;
        assert_int_equal(subject.version, STEPS[i].is);
        assert_int_equal(subject.told_version, STEPS[i].told_version);
        assert_int_equal(subject.withdrawn_at_us, STEPS[i].is_withdrawn_at_us);
    }
}

static void test_a_late_fact_says_what_its_subject_says_now(void **state)
{
    (void)state;
    struct notification told;
    struct subject subject;
    Pb__DocumentPublished event = published(PB__CLASSIFICATION__CLASSIFICATION_PUBLIC, PB__NOTIFY__NOTIFY_PUSH);
    Pb__DocumentPublished newer = published(PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED, PB__NOTIFY__NOTIFY_PUSH);
    event.document->title = (char *)(uintptr_t) "Về học tập";
    ProtobufCBinaryData named = id(7);
    newer.document->audience->n_member_ids = 1;
    newer.document->audience->member_ids = &named;
    assert_int_equal(notification_of_document(ctx, &event, &told), ERR_OK);
    assert_int_equal(subject_of_document(ctx, newer.document, 77, &subject), ERR_OK);
    subject_revise(&subject, &told);
    assert_int_equal(told.classification, PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED);
    assert_string_equal(told.title, "Có văn bản mới gửi đồng chí");
    assert_int_equal(told.to.audience.n_members, 1);
    assert_true(told.pushes);
    newer.document->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    assert_int_equal(subject_of_document(ctx, newer.document, 77, &subject), ERR_OK);
    assert_int_equal(subject.withdrawn_at_us, 77);
    subject_revise(&subject, &told);
    assert_false(told.pushes);
}

/* --- digests ------------------------------------------------------------------------------------------------------ */

static Pb__MeetingCommented commented(uint8_t author)
{
    Pb__MeetingCommented event = PB__MEETING_COMMENTED__INIT;
    event.meeting_id = id(1);
    event.organization_id = id(2);
    event.notification_id = id(3);
    event.author_id = id(author);
    event.month = 2026 * 12 + 11;
    return event;
}

static void test_comments_gather_by_meeting_and_answers_by_their_author_too(void **state)
{
    (void)state;
    struct notification one, two, mine, his;
    Pb__MeetingCommented first = commented(5), second = commented(6);
    Pb__CommentAnswered answer = PB__COMMENT_ANSWERED__INIT;
    assert_int_equal(news_read(ctx, &first.base, NULL, &one), ERR_OK);
    assert_int_equal(news_read(ctx, &second.base, NULL, &two), ERR_OK);
    answer.meeting_id = id(1);
    answer.organization_id = id(2);
    answer.notification_id = id(4);
    answer.author_id = id(5);
    assert_int_equal(news_read(ctx, &answer.base, NULL, &mine), ERR_OK);
    answer.author_id = id(6);
    assert_int_equal(news_read(ctx, &answer.base, NULL, &his), ERR_OK);
    assert_true(one.gathers && mine.gathers);
    assert_true(uuid_equal(&one.gathering, &two.gathering));
    assert_false(uuid_equal(&one.gathering, &mine.gathering));
    assert_false(uuid_equal(&mine.gathering, &his.gathering));
    assert_string_equal(one.body, "Về cuộc họp tháng 12/2026");
}

static void test_nobody_is_rung_for_what_he_did_himself(void **state)
{
    (void)state;
    const struct uuid author = {{5}}, head = {{6}};
    struct notification told;
    Pb__MeetingCommented comment = commented(5);
    Pb__CommentAnswered answer = PB__COMMENT_ANSWERED__INIT;
    answer.meeting_id = answer.organization_id = answer.notification_id = id(1);
    answer.author_id = id(5);
    assert_int_equal(news_read(ctx, &comment.base, &author, &told), ERR_OK);
    assert_true(told.pushes);
    assert_int_equal(news_read(ctx, &comment.base, &head, &told), ERR_OK);
    assert_false(told.pushes); /* by phone or on paper: a head entered it */
    assert_int_equal(news_read(ctx, &answer.base, &head, &told), ERR_OK);
    assert_true(told.pushes);
    assert_int_equal(news_read(ctx, &answer.base, &author, &told), ERR_OK);
    assert_false(told.pushes);
}

#define AT(minutes) ((minutes)*CLOCK_MINUTE_US)

/* One step after the other; id: of the fact, and so of an item that it opens. */
static void test_a_digest_gathers_until_it_is_read_and_rings_once_in_half_an_hour(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool is_read; /* what was there, meanwhile */
        uint8_t id;
        int64_t at_us;
        bool may_ring;
        uint8_t item;
        int32_t facts;
        int64_t rings_at_us;
    } STEPS[] = {
        {"the first opens an item, and phones ring at once", false, 1, AT(100), true, 1, 1, AT(100)},
        {"the next joins it in silence", false, 2, AT(101), true, 1, 2, AT(100)},
        {"so do those after the window, while it is unread", false, 3, AT(600), true, 1, 3, AT(100)},
        {"once it is read the next opens another, and phones ring", true, 4, AT(601), true, 4, 1, AT(601)},
        {"read and told again at once: phones ring when the window is over", true, 5, AT(602), true, 5, 1, AT(631)},
        {"which is planned already", false, 6, AT(630), true, 5, 2, AT(631)},
        {"read again before that: still one ring is planned", true, 51, AT(630), true, 51, 1, AT(631)},
        {"what may not ring opens an item in silence", true, 7, AT(700), false, 7, 1, AT(631)},
        {"the first that may ring makes it ring", false, 8, AT(701), true, 7, 2, AT(701)},
        {"a late fact joins", false, 9, AT(650), true, 7, 3, AT(701)},
        {"for a day at most", false, 10, AT(700 + 24 * 60 - 1), true, 7, 4, AT(701)},
        {"then the next opens another, and phones ring", false, 11, AT(700 + 24 * 60), true, 11, 1, AT(700 + 24 * 60)},
    };
    struct digest digest, *last = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(STEPS); i++) {
        const struct notification fact = {.id = {{STEPS[i].id}}, .created_at_us = STEPS[i].at_us, .gathering = {{7}}};
        print_message("%s\n", STEPS[i].what);
        if (last)
            last->is_read = STEPS[i].is_read;
        digest = digest_next(last, &fact, STEPS[i].may_ring);
        last = &digest;
        assert_int_equal(digest.key.bytes[0], 7);
        assert_int_equal(digest.item.bytes[0], STEPS[i].item);
        assert_int_equal(digest.facts, STEPS[i].facts);
        assert_int_equal(digest.rings_at_us, STEPS[i].rings_at_us);
        assert_false(digest.is_read);
    }
}

static void test_a_digest_says_how_many(void **state)
{
    (void)state;
    struct notification received, answered;
    Pb__MeetingCommented comment = commented(5);
    Pb__CommentAnswered answer = PB__COMMENT_ANSWERED__INIT;
    answer.meeting_id = answer.organization_id = answer.notification_id = answer.author_id = id(1);
    assert_int_equal(news_read(ctx, &comment.base, NULL, &received), ERR_OK);
    assert_int_equal(news_read(ctx, &answer.base, NULL, &answered), ERR_OK);
    assert_string_equal(digest_title(ctx, &received, 1), "Có ý kiến góp ý mới");
    assert_string_equal(digest_title(ctx, &received, 146), "Có 146 ý kiến góp ý mới");
    assert_string_equal(digest_title(ctx, &answered, 1), "Ý kiến của đồng chí đã được trả lời");
    assert_string_equal(digest_title(ctx, &answered, 2), "2 ý kiến của đồng chí đã được trả lời");
}

static void test_news_of_comments_reach_the_heads_and_of_answers_their_author_alone(void **state)
{
    (void)state;
    struct notification received, answered;
    Pb__MeetingCommented comment = commented(5);
    Pb__CommentAnswered answer = PB__COMMENT_ANSWERED__INIT;
    answer.meeting_id = answer.organization_id = answer.notification_id = id(1);
    answer.author_id = id(5);
    answer.answered_at_us = 7;
    assert_int_equal(news_read(ctx, &comment.base, NULL, &received), ERR_OK);
    assert_int_equal(received.to.audience.n_organizations, 1);
    assert_int_equal(received.to.audience.n_roles, 2);
    assert_int_equal(received.to.audience.n_members, 0);
    assert_int_equal(news_read(ctx, &answer.base, NULL, &answered), ERR_OK);
    assert_int_equal(answered.to.audience.n_organizations, 0);
    assert_int_equal(answered.to.audience.n_members, 1);
    assert_int_equal(answered.to.audience.members[0].bytes[0], 5);
    assert_true(answered.to.has_within);
    assert_int_equal(answered.created_at_us, 7);
    assert_int_equal(answered.kind, PB__INBOX_KIND__INBOX_KIND_COMMENT_ANSWERED);
    answer.author_id.len = 3;
    assert_int_equal(news_read(ctx, &answer.base, NULL, &answered), ERR_MALFORMED);
}

static void test_a_decision_on_a_proposal_stands_alone(void **state)
{
    (void)state;
    struct notification told;
    Pb__ProposalDecided decision = PB__PROPOSAL_DECIDED__INIT;
    decision.meeting_id = decision.organization_id = decision.notification_id = id(1);
    decision.author_id = id(5);
    decision.state = PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT;
    assert_int_equal(news_read(ctx, &decision.base, NULL, &told), ERR_OK);
    assert_false(told.gathers);
    assert_string_equal(told.title, "Đề xuất của đồng chí để lại cho kỳ họp sau");
}

/* The keys are kept in the table `digest`: another key would open a second item beside one that is unread. */
static void test_the_key_of_a_digest_is_a_hash_of_kind_subject_and_the_named_member(void **state)
{
    (void)state;
    struct notification received, answered;
    Pb__MeetingCommented comment = commented(5);
    Pb__CommentAnswered answer = PB__COMMENT_ANSWERED__INIT;
    answer.meeting_id = answer.organization_id = answer.notification_id = id(1);
    answer.author_id = id(5);
    assert_int_equal(news_read(ctx, &comment.base, NULL, &received), ERR_OK);
    assert_int_equal(news_read(ctx, &answer.base, NULL, &answered), ERR_OK);
    const uint8_t kinds[] = {4, 5};
    const struct uuid meeting_id = {{1}}, author = {{5}};
    const void *const of_comments[] = {&kinds[0], &meeting_id}, *const of_answers[] = {&kinds[1], &meeting_id, &author};
    const size_t bytes[] = {1, sizeof meeting_id, sizeof author};
    const struct uuid comments = uuid_hash(2, of_comments, bytes), answers = uuid_hash(3, of_answers, bytes);
    assert_true(uuid_equal(&received.gathering, &comments));
    assert_true(uuid_equal(&answered.gathering, &answers));
}

/* --- inboxes ------------------------------------------------------------------------------------------------------ */

static void test_a_read_covers_what_was_there_when_it_was_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool up_to;
        uint8_t item;
        int64_t created_at_us, told_at_us;
        bool is_digest, covers;
    } CASES[] = {
        {"the item itself", false, 5, 50, 51, false, true},
        {"even where clocks disagree", false, 5, 50, 61, false, true},
        {"no other", false, 4, 40, 41, false, false},
        {"a digest as it was", false, 5, 50, 60, true, true},
        {"not when more joined it since", false, 5, 59, 61, true, false},
        {"up to an item: itself", true, 5, 50, 51, false, true},
        {"what is older", true, 9, 49, 51, false, true},
        {"of the same moment, by id", true, 4, 50, 51, false, true},
        {"not what comes after it", true, 6, 50, 51, false, false},
        {"not what came late to an earlier place", true, 4, 40, 61, false, false},
        {"not a digest that grew since", true, 5, 50, 61, true, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct inbox_read read = {
            .place = {.item = {{5}}, .created_at_us = 50}, .up_to = CASES[i].up_to, .at_us = 60};
        const struct inbox_place item = {.item = {{CASES[i].item}},
                                         .created_at_us = CASES[i].created_at_us,
                                         .told_at_us = CASES[i].told_at_us,
                                         .is_digest = CASES[i].is_digest};
        print_message("%s\n", CASES[i].what);
        assert_int_equal(inbox_covers(&read, &item), CASES[i].covers);
    }
}

static void test_up_to_a_digest_that_moved_up_since_covers_nothing(void **state)
{
    (void)state;
    const struct inbox_place older = {.item = {{4}}, .created_at_us = 40, .told_at_us = 41};
    struct inbox_read read = {
        .place = {.item = {{5}}, .created_at_us = 50, .told_at_us = 60, .is_digest = true}, .up_to = true, .at_us = 60};
    assert_true(inbox_covers(&read, &older));
    read.place.told_at_us = 61;
    assert_false(inbox_covers(&read, &older));
}

static void test_old_facts_ring_no_phone(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR,
                                           PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_true(notification_rings(&told, local(11, 11, 8, 59)));
    assert_false(notification_rings(&told, local(11, 11, 9, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meeting_is_told_to_its_branch_with_local_time_and_place),
        cmocka_unit_test(test_a_committee_meeting_is_told_to_the_committee_and_a_named_one_to_those_named),
        cmocka_unit_test(test_a_change_says_old_and_new),
        cmocka_unit_test(test_of_a_restricted_document_nothing_is_told_but_that_it_is_there),
        cmocka_unit_test(test_a_lock_screen_shows_the_title_of_public_things_only),
        cmocka_unit_test(test_an_id_that_is_none_is_malformed),
        cmocka_unit_test(test_an_older_fact_undoes_nothing_and_is_told_unless_a_newer_one_was),
        cmocka_unit_test(test_a_late_fact_says_what_its_subject_says_now),
        cmocka_unit_test(test_comments_gather_by_meeting_and_answers_by_their_author_too),
        cmocka_unit_test(test_nobody_is_rung_for_what_he_did_himself),
        cmocka_unit_test(test_a_digest_gathers_until_it_is_read_and_rings_once_in_half_an_hour),
        cmocka_unit_test(test_a_digest_says_how_many),
        cmocka_unit_test(test_news_of_comments_reach_the_heads_and_of_answers_their_author_alone),
        cmocka_unit_test(test_a_decision_on_a_proposal_stands_alone),
        cmocka_unit_test(test_the_key_of_a_digest_is_a_hash_of_kind_subject_and_the_named_member),
        cmocka_unit_test(test_a_read_covers_what_was_there_when_it_was_accepted),
        cmocka_unit_test(test_up_to_a_digest_that_moved_up_since_covers_nothing),
        cmocka_unit_test(test_old_facts_ring_no_phone),
    };
    return cmocka_run_group_tests_name("notification rules", tests, start, stop);
}
