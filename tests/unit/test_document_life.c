/* services/document/document/document.h: what becomes of a document: its number, publishing, putting right, replacing,
 * withdrawing. */
#include "document_help.h"

#include "services/document/document/document_history.h"
#include "services/document/document/document_view.h"

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static void test_a_number_counts_for_a_term_or_a_year(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int32_t term_started_on;
        int year, month, day; /* issued on; 0: not said, made on 2026-11-10 */
        int since_year, since_month, since_day;
    } CASES[] = {
        {"no term is known", 0, 2026, 3, 2, 2026, 1, 1},     {"nor a day", 0, 0, 0, 0, 2026, 1, 1},
        {"within the term", 20300, 2026, 3, 2, 2025, 7, 31}, {"on its first day", 20300, 2025, 7, 31, 2025, 7, 31},
        {"before it", 20300, 2025, 7, 30, 2025, 1, 1},       {"made within it", 20300, 0, 0, 0, 2025, 7, 31},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document_cause why = cause();
        struct document_issuer issuer = {{{3}}, {{4}}, {{50}}};
        struct document_input input = whole_input();
        struct document next;
        why.term_started_on = CASES[i].term_started_on;
        input.sets_issued_on = true;
        input.has_issued_on = CASES[i].year > 0;
        if (input.has_issued_on)
            input.issued_on = clock_date_join(CASES[i].year, CASES[i].month, CASES[i].day);
        assert_int_equal(document_create(ctx, &issuer, &input, &why, &problems, &next), ERR_OK);
        if (next.number_since != clock_date_join(CASES[i].since_year, CASES[i].since_month, CASES[i].since_day))
            fail_msg("%s: %d", CASES[i].what, next.number_since);
    }
}

static void test_what_has_no_number_takes_none(void **state)
{
    (void)state;
    struct document_input input = whole_input(), title = {.title = "Tên mới"}, number = {.sets_number = true};
    struct document made, next;
    assert_int_equal(create(&input, &made), ERR_OK);
    made.number_since = 7; /* of a term of then: only what it is made of changes it */
    assert_int_equal(edit(&made, &title, &next), ERR_OK);
    assert_int_equal(next.number_since, 7);
    assert_int_equal(edit(&made, &number, &next), ERR_OK);
    assert_int_equal(next.number_since, 0);
}

static void test_what_takes_a_withdrawn_ones_place(void **state)
{
    (void)state;
    struct document withdrawn = document_of(INTERNAL, WITHDRAWN), other = withdrawn, published = withdrawn,
                    taken = withdrawn, restricted = document_of(RESTRICTED, WITHDRAWN);
    withdrawn.number = "15-NQ";
    other.organization = (struct uuid){{5}};
    published.state = (Pb__DocumentState)PUBLISHED;
    taken.replaced_by = (struct uuid){{9}};
    const struct {
        const struct document *named;
        enum err expected;
    } CASES[] = {{NULL, ERR_FIELD_UNKNOWN_ID},
                 {&other, ERR_FIELD_UNKNOWN_ID},
                 {&published, ERR_FIELD_CONFLICT},
                 {&taken, ERR_FIELD_CONFLICT},
                 {&withdrawn, ERR_FIELD_DUPLICATE}};
    struct document_input input = whole_input();
    struct document next;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct document *const named[] = {&withdrawn, CASES[i].named};
        problems.n = 0;
        input.replaces = named;
        input.n_replaces = 2;
        assert_int_equal(create(&input, &next), ERR_INVALID);
        assert_problem("/replaces/1", CASES[i].expected);
    }
    const struct document *const both[] = {&withdrawn, &restricted};
    problems.n = 0;
    input.replaces = both;
    assert_int_equal(create(&input, &next), ERR_OK);
    assert_int_equal(next.n_replaces, 1); /* the restricted one is named nowhere */
    assert_string_equal(next.replaces[0].number, "15-NQ");
    struct document succeeded = document_succeed(&withdrawn, &next);
    assert_true(uuid_equal(&succeeded.replaced_by, &next.id));
    assert_int_equal(succeeded.version, withdrawn.version);
    struct document outlasting = document_outlast(&succeeded);
    assert_true(uuid_is_zero(&outlasting.replaced_by));
}

/* --- publishing --------------------------------------------------------------------------------------------------- */

static void test_publishing_tells(void **state)
{
    (void)state;
    struct document draft = document_of(INTERNAL, DRAFT), next;
    struct uuid expected = uuid_derive(&(struct uuid){{7}}, "notification", 0);
    assert_int_equal(publish(&draft, 0, false, &next), ERR_OK);
    assert_int_equal(next.state, PUBLISHED);
    assert_int_equal(next.published_at_us, cause().now_us);
    assert_int_equal(next.notify, PB__NOTIFY__NOTIFY_PUSH);
    assert_true(uuid_equal(&next.notification, &expected));
}

static void test_a_later_time_waits_for_its_timer(void **state)
{
    (void)state;
    int64_t later = cause().now_us + CLOCK_DAY_US;
    struct document draft = document_of(INTERNAL, DRAFT), waiting, next;
    assert_int_equal(publish(&draft, later, false, &waiting), ERR_OK);
    assert_int_equal(waiting.state, DRAFT);
    assert_int_equal(waiting.publish_at_us, later);
    assert_true(uuid_is_zero(&waiting.notification));
    assert_int_equal(publish(&waiting, later, true, &next), ERR_OK);
    assert_int_equal(next.state, PUBLISHED);
    assert_int_equal(next.publish_at_us, 0);
}

static void test_a_timer_of_a_time_given_up_is_refused(void **state)
{
    (void)state;
    int64_t later = cause().now_us + CLOCK_DAY_US;
    struct document draft = document_of(INTERNAL, DRAFT), next;
    draft.publish_at_us = later + 1;
    assert_int_equal(publish(&draft, later, true, &next), ERR_WRONG_STATE);
}

static void test_a_time_that_has_passed_means_now(void **state)
{
    (void)state;
    struct document draft = document_of(INTERNAL, DRAFT), next;
    assert_int_equal(publish(&draft, cause().now_us - 1, false, &next), ERR_OK);
    assert_int_equal(next.state, PUBLISHED);
}

static void test_publishing_lies_within_400_days(void **state)
{
    (void)state;
    struct document draft = document_of(INTERNAL, DRAFT), next;
    assert_int_equal(publish(&draft, cause().now_us + 401 * CLOCK_DAY_US, false, &next), ERR_INVALID);
    assert_problem("/at", ERR_FIELD_TOO_LARGE);
}

static void test_withdrawing_keeps_the_reason_and_tells(void **state)
{
    (void)state;
    struct document published = document_of(INTERNAL, PUBLISHED), next;
    struct document_cause why = cause();
    published.notify = PB__NOTIFY__NOTIFY_INBOX;
    document_withdraw(&published, "Sai số liệu", false, &why, &next);
    assert_int_equal(next.state, WITHDRAWN);
    assert_string_equal(next.withdraw_reason, "Sai số liệu");
    assert_false(uuid_is_zero(&next.notification));
    assert_int_equal(next.version, 6);
    assert_false(next.is_hidden);
    assert_true(document_tells_withdrawal(&next));
    published.notify = PB__NOTIFY__NOTIFY_NONE; /* nobody was told of it */
    document_withdraw(&published, "Sai số liệu", false, &why, &next);
    assert_false(document_tells_withdrawal(&next));
}

static void test_withdrawing_a_draft_that_waits_stops_it(void **state)
{
    (void)state;
    struct document_actor secretary = {.reader.standing = STANDING_SECRETARY};
    struct document_cause why = cause();
    struct document waiting = document_of(INTERNAL, DRAFT), next;
    assert_int_equal(document_check(&waiting, &secretary, DOCUMENT_WITHDRAW), ERR_WRONG_STATE);
    waiting.publish_at_us = cause().now_us + CLOCK_DAY_US;
    waiting.notify = PB__NOTIFY__NOTIFY_PUSH;
    assert_int_equal(document_check(&waiting, &secretary, DOCUMENT_WITHDRAW), ERR_OK);
    document_withdraw(&waiting, "Chờ ý kiến", false, &why, &next);
    assert_int_equal(next.state, DRAFT);
    assert_int_equal(next.publish_at_us, 0);
    assert_int_equal(next.version, 6);
    assert_false(document_tells_withdrawal(&next));
    assert_int_equal(publish(&next, waiting.publish_at_us, true, &next), ERR_WRONG_STATE); /* its timer comes */
}

static void test_a_patch_stops_what_waits_and_says_no_time(void **state)
{
    (void)state;
    struct document waiting = document_of(INTERNAL, DRAFT), next;
    struct document_input stop = {.sets_publish_at = true}, later = {.sets_publish_at = true, .has_publish_at = true},
                          title = {.title = "Tên mới"};
    waiting.publish_at_us = cause().now_us + CLOCK_DAY_US;
    assert_int_equal(edit(&waiting, &title, &next), ERR_OK);
    assert_true(next.publish_at_us == waiting.publish_at_us);
    assert_int_equal(edit(&waiting, &stop, &next), ERR_OK);
    assert_int_equal(next.publish_at_us, 0);
    assert_int_equal(edit(&waiting, &later, &next), ERR_INVALID);
    assert_problem("/publish_at", ERR_FIELD_CONFLICT);
}

static void test_a_published_file_is_put_right(void **state)
{
    (void)state;
    struct document published = document_of(INTERNAL, PUBLISHED), next, again;
    struct document_input text = {.text = "đúng"}, none = {.text = NULL}, foreign = {.names_blob = true};
    published.version_no = 1;
    assert_int_equal(document_correct(&published, &text, &problems, &next), ERR_OK);
    assert_int_equal(next.version, 6);
    assert_int_equal(next.version_no, 2);
    assert_true(next.content.is_text);
    assert_int_equal(next.state, PUBLISHED);
    assert_int_equal(document_correct(&next, &text, &problems, &again), ERR_INVALID); /* the same once more */
    assert_problem("/text", ERR_FIELD_DUPLICATE);
    problems.n = 0;
    assert_int_equal(document_correct(&published, &none, &problems, &again), ERR_INVALID);
    assert_problem("/blob_sha256", ERR_FIELD_REQUIRED);
    assert_int_equal(document_correct(&published, &foreign, &problems, &again), ERR_BLOB_UNKNOWN);
    published.version_no = DOCUMENT_VERSIONS_MOST;
    assert_int_equal(document_correct(&published, &text, &problems, &again), ERR_LIMIT_REACHED);
}

static void test_what_is_in_force_takes_its_place(void **state)
{
    (void)state;
    struct document old = document_of(INTERNAL, PUBLISHED), by = document_of(INTERNAL, PUBLISHED),
                    draft = document_of(INTERNAL, DRAFT), restricted = document_of(RESTRICTED, PUBLISHED), next;
    by.id = draft.id = restricted.id = (struct uuid){{8}};
    assert_int_equal(document_replace(&old, &by, &problems, &next), ERR_OK);
    assert_int_equal(next.state, REPLACED);
    assert_true(uuid_equal(&next.replaced_by, &by.id));
    assert_int_equal(next.version, 6);
    const struct {
        const struct document *by;
        enum err expected;
    } REFUSED[] = {{NULL, ERR_FIELD_UNKNOWN_ID},
                   {&draft, ERR_FIELD_CONFLICT},
                   {&old, ERR_FIELD_CONFLICT},
                   {&restricted, ERR_FIELD_CONFLICT}}; /* whom it names its successor, it tells all its readers of */
    for (size_t i = 0; i < ARRAY_LENGTH(REFUSED); i++) {
        problems.n = 0;
        assert_int_equal(document_replace(&old, REFUSED[i].by, &problems, &next), ERR_INVALID);
        assert_problem("/by_document_id", REFUSED[i].expected);
    }
    problems.n = 0;
    assert_int_equal(document_replace_clauses(&old, &draft, &problems, &next), ERR_INVALID);
    assert_problem("/by_document_id", ERR_FIELD_CONFLICT);
    assert_int_equal(document_replace_clauses(&old, &by, &problems, &next), ERR_OK);
    assert_int_equal(next.state, PUBLISHED); /* all else of it is in force */
    assert_true(uuid_is_zero(&next.replaced_by));
    assert_int_equal(next.version, 6);
    old.classification = (Pb__Classification)RESTRICTED;
    assert_int_equal(document_replace(&old, &restricted, &problems, &next), ERR_OK);
    assert_true(next.is_succeeded);
}

static void test_a_successor_is_named_to_those_alone_who_may_know_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int class, by_class, by_state;
        bool by_is_hidden, expected;
    } CASES[] = {
        {"what is in force", INTERNAL, INTERNAL, PUBLISHED, false, true},
        {"a draft", INTERNAL, INTERNAL, DRAFT, false, false},
        {"what was withdrawn since", INTERNAL, INTERNAL, WITHDRAWN, false, true},
        {"what was hidden since", INTERNAL, INTERNAL, WITHDRAWN, true, false},
        {"what is restricted", INTERNAL, RESTRICTED, PUBLISHED, false, false},
        {"where both are", RESTRICTED, RESTRICTED, PUBLISHED, false, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document old = document_of(CASES[i].class, WITHDRAWN);
        struct document by = document_of(CASES[i].by_class, CASES[i].by_state);
        by.is_hidden = CASES[i].by_is_hidden;
        struct document succeeded = document_succeed(&old, &by);
        if (succeeded.is_succeeded != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

static void test_what_is_out_of_force_is_hidden_once(void **state)
{
    (void)state;
    static const int STATES[] = {WITHDRAWN, REPLACED};
    struct document_actor secretary = {.reader.standing = STANDING_SECRETARY};
    struct document_cause why = cause();
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        struct document out = document_of(INTERNAL, STATES[i]), hidden;
        out.withdraw_reason = STATES[i] == WITHDRAWN ? "Sai số liệu" : NULL;
        out.notify = PB__NOTIFY__NOTIFY_PUSH;
        document_withdraw(&out, "Nhầm nơi nhận", true, &why, &hidden);
        assert_int_equal(hidden.state, WITHDRAWN);
        assert_true(hidden.is_hidden);
        assert_string_equal(hidden.withdraw_reason, "Nhầm nơi nhận");
        assert_int_equal(hidden.version, 6);
        assert_false(document_tells_withdrawal(&hidden));
        assert_int_equal(document_check(&hidden, &secretary, DOCUMENT_HIDE), ERR_WRONG_STATE);
    }
}

static void test_what_is_hidden_is_its_issuers_alone(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        int class;
        enum err expected;
    } CASES[] = {
        {"a member whom it addressed", STANDING_MEMBER, INTERNAL, ERR_NOT_FOUND},
        {"a member, of what was public", STANDING_MEMBER, PUBLIC, ERR_NOT_FOUND},
        {"whom it named", 0, RESTRICTED, ERR_NOT_FOUND},
        {"its secretary", STANDING_SECRETARY, INTERNAL, ERR_OK},
        {"a named secretary", STANDING_SECRETARY, RESTRICTED, ERR_OK},
    };
    struct document_cause why = cause();
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document published = document_of(CASES[i].class, PUBLISHED), hidden;
        struct document_actor actor = {
            .reader = {.is_member = true, .is_addressed = true, .is_named = true, .standing = CASES[i].standing}};
        published.notify = PB__NOTIFY__NOTIFY_PUSH;
        document_withdraw(&published, "Nhầm nơi nhận", true, &why, &hidden);
        assert_false(document_tells_withdrawal(&hidden));
        if (document_check(&hidden, &actor, DOCUMENT_READ) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_what_was_withdrawn_tells_nothing_of_its_content(void **state)
{
    (void)state;
    struct document published = document_of(INTERNAL, PUBLISHED), withdrawn;
    struct document_cause why = cause();
    const struct uuid_map *hosts = uuid_map_new(ctx);
    published.number = "15-NQ";
    published.content.sha256[0] = 9;
    published.pages = 3;
    published.version_no = 2;
    const Pb__Document *before = document_view(ctx, &published, hosts);
    assert_true(before->bytes == 3 && before->has_pages && before->has_version_no);
    assert_int_equal(before->audience->n_organization_ids, 1);
    assert_string_equal(before->media_type, "application/pdf");
    document_withdraw(&published, "Sai số liệu", false, &why, &withdrawn);
    const Pb__Document *view = document_view(ctx, &withdrawn, hosts);
    static const uint8_t NO_CONTENT[CONTENT_SHA256_BYTES];
    assert_false(view->bytes || view->has_pages || view->has_version_no);
    assert_memory_equal(view->sha256.data, NO_CONTENT, sizeof NO_CONTENT);
    assert_int_equal(view->audience->n_organization_ids + view->audience->n_member_ids, 0);
    assert_string_equal(view->media_type, "");
    assert_string_equal(view->number, "15-NQ");
    assert_string_equal(view->title, "Nghị quyết");
    assert_string_equal(view->withdrawn_reason, "Sai số liệu");
}

static const char *said(const Pb__DocumentHistory *history)
{
    const char *text = mem_printf(ctx, "%d", (int)history->action);
    for (size_t i = 0; i < history->n_changes; i++) {
        const Pb__DocumentHistory__Change *change = history->changes[i];
        text = mem_printf(ctx, "%s; %s %s -> %s", text, change->field, change->old ? change->old : "-",
                          change->new_ ? change->new_ : "-");
    }
    return text;
}

static void test_its_history_says_what_changed(void **state)
{
    (void)state;
    static const struct uuid BRANCHES[] = {{{0xb1}}, {{0xb2}}};
    static const struct document_target TARGETS[] = {{{{0xa1}}, "A"}, {{{0xa2}}, "B"}};
    struct document was = document_of(INTERNAL, DRAFT), next;
    was.targets = TARGETS;
    was.n_targets = 1;
    was.audience.organizations = BRANCHES;
    was.audience.n_organizations = 1;
    assert_string_equal(said(document_history(ctx, NULL, &was)), "0");
    next = was;
    assert_string_equal(said(document_history(ctx, &was, &next)), "1");
    next.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE;
    next.number = "12-CT/ĐU";
    next.has_issued_on = true;
    next.issued_on = clock_date_join(2026, 11, 30);
    next.classification = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC;
    next.audience.n_organizations = 2;
    next.targets = TARGETS + 1;
    next.publish_at_us = 5;
    was.number = NULL;
    assert_string_equal(said(document_history(ctx, &was, &next)),
                        "1; kind resolution -> directive; number - -> 12-CT/ĐU; issued_on - -> 2026-11-30;"
                        " classification internal -> public; audience - -> -; targets - -> -; publish_at - -> -");
    was = next;
    next.state = (Pb__DocumentState)PUBLISHED;
    assert_string_equal(said(document_history(ctx, &was, &next)), "2");
    was = next;
    next.version_no++;
    next.content.sha256[0] = (uint8_t)(was.content.sha256[0] ^ 0xf0);
    assert_int_equal(document_history(ctx, &was, &next)->action, PB__DOCUMENT_ACTION__DOCUMENT_ACTION_CORRECTED);
    assert_string_equal(document_history(ctx, &was, &next)->changes[0]->field, "sha256");
    was = next;
    next.state = (Pb__DocumentState)REPLACED;
    assert_string_equal(said(document_history(ctx, &was, &next)), "4");
    next.state = (Pb__DocumentState)WITHDRAWN;
    assert_string_equal(said(document_history(ctx, &was, &next)), "5");
    was = next;
    next.is_hidden = true;
    assert_string_equal(said(document_history(ctx, &was, &next)), "6");
    was = next;
    Pb__DocumentHistory *history = document_history(ctx, &was, &next);
    document_history_of_clauses(ctx, "dieu-1, dieu-4", history);
    assert_string_equal(said(history), "4; clauses - -> dieu-1, dieu-4");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_number_counts_for_a_term_or_a_year),
        CASE(test_what_has_no_number_takes_none),
        CASE(test_what_takes_a_withdrawn_ones_place),
        CASE(test_publishing_tells),
        CASE(test_a_later_time_waits_for_its_timer),
        CASE(test_a_timer_of_a_time_given_up_is_refused),
        CASE(test_a_time_that_has_passed_means_now),
        CASE(test_publishing_lies_within_400_days),
        CASE(test_withdrawing_keeps_the_reason_and_tells),
        CASE(test_what_is_hidden_is_its_issuers_alone),
        CASE(test_withdrawing_a_draft_that_waits_stops_it),
        CASE(test_a_patch_stops_what_waits_and_says_no_time),
        CASE(test_a_published_file_is_put_right),
        CASE(test_what_is_in_force_takes_its_place),
        CASE(test_what_is_out_of_force_is_hidden_once),
        CASE(test_what_was_withdrawn_tells_nothing_of_its_content),
        CASE(test_a_successor_is_named_to_those_alone_who_may_know_of_it),
        CASE(test_its_history_says_what_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
