/* services/document/document/document.h: who may do what, and what is made and changed, by table. */
#include "document_help.h"

#include "services/document/reading/reading.h"

/* --- who may do what ---------------------------------------------------------------------------------------------- */

static void test_visible_then_role_then_state(void **state)
{
    (void)state;
    enum {
        SECRETARY = STANDING_MEMBER | STANDING_SECRETARY,
        DEPUTY = STANDING_DEPUTY,
        OFFICER = STANDING_OFFICER,
        OFFICER_HERE = STANDING_OFFICER | STANDING_OFFICER_HERE,
        ADMIN = STANDING_ADMIN
    };
    static const struct {
        const char *who;
        unsigned standing;
        const struct uuid *id;
        bool is_addressed;
        int class, state;
        enum document_action action;
        enum err expected;
    } CASES[] = {
        {"a secretary edits a draft", SECRETARY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_EDIT, ERR_OK},
        {"a deputy publishes a draft", DEPUTY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_PUBLISH, ERR_OK},
        {"an officer above edits a draft", OFFICER, &OTHER, false, INTERNAL, DRAFT, DOCUMENT_EDIT, ERR_OK},
        {"a member knows of no draft", STANDING_MEMBER, &NAMED, true, INTERNAL, DRAFT, DOCUMENT_READ, ERR_NOT_FOUND},
        {"an administrator knows of no draft", ADMIN, &OTHER, false, INTERNAL, DRAFT, DOCUMENT_READ, ERR_NOT_FOUND},
        {"a member reads", STANDING_MEMBER, &OTHER, true, INTERNAL, PUBLISHED, DOCUMENT_READ, ERR_OK},
        {"a member sees it, and may not edit", STANDING_MEMBER, &OTHER, true, INTERNAL, PUBLISHED, DOCUMENT_EDIT,
         ERR_NOT_ALLOWED},
        {"role goes before state", STANDING_MEMBER, &OTHER, true, INTERNAL, WITHDRAWN, DOCUMENT_WITHDRAW,
         ERR_NOT_ALLOWED},
        {"a stranger who is named reads", 0, &NAMED, false, INTERNAL, PUBLISHED, DOCUMENT_READ, ERR_OK},
        {"a stranger does not", 0, &OTHER, false, INTERNAL, PUBLISHED, DOCUMENT_READ, ERR_NOT_FOUND},
        {"a stranger reads what is public", 0, &OTHER, false, PUBLIC, PUBLISHED, DOCUMENT_READ, ERR_OK},
        {"an officer above is not addressed", OFFICER, &OTHER, false, INTERNAL, PUBLISHED, DOCUMENT_READ,
         ERR_NOT_FOUND},
        {"an officer above who made it withdraws it", OFFICER, &AUTHOR, false, INTERNAL, PUBLISHED, DOCUMENT_WITHDRAW,
         ERR_OK},
        {"an officer of the very organisation too", OFFICER_HERE, &OTHER, false, INTERNAL, PUBLISHED, DOCUMENT_WITHDRAW,
         ERR_OK},
        {"who made it and left sees nothing", 0, &AUTHOR, false, INTERNAL, DRAFT, DOCUMENT_READ, ERR_NOT_FOUND},
        {"restricted: not even a secretary", SECRETARY, &OTHER, true, RESTRICTED, PUBLISHED, DOCUMENT_READ,
         ERR_NOT_FOUND},
        {"restricted: its author", SECRETARY, &AUTHOR, true, RESTRICTED, DRAFT, DOCUMENT_PUBLISH, ERR_OK},
        {"restricted: the named", 0, &NAMED, false, RESTRICTED, PUBLISHED, DOCUMENT_READ, ERR_OK},
        {"restricted: the named know of no draft", 0, &NAMED, false, RESTRICTED, DRAFT, DOCUMENT_READ, ERR_NOT_FOUND},
        {"restricted: a named deputy reads and no more", DEPUTY, &NAMED, true, RESTRICTED, PUBLISHED, DOCUMENT_EDIT,
         ERR_NOT_ALLOWED},
        {"what is published is not published again", SECRETARY, &OTHER, true, INTERNAL, PUBLISHED, DOCUMENT_PUBLISH,
         ERR_WRONG_STATE},
        {"a draft is not withdrawn", SECRETARY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_WITHDRAW, ERR_WRONG_STATE},
        {"a draft is not hidden", SECRETARY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_HIDE, ERR_WRONG_STATE},
        {"what was replaced is withdrawn", SECRETARY, &OTHER, true, INTERNAL, REPLACED, DOCUMENT_WITHDRAW, ERR_OK},
        {"and hidden", SECRETARY, &OTHER, true, INTERNAL, REPLACED, DOCUMENT_HIDE, ERR_OK},
        {"what was withdrawn is not withdrawn again", SECRETARY, &OTHER, true, INTERNAL, WITHDRAWN, DOCUMENT_WITHDRAW,
         ERR_WRONG_STATE},
        {"but hidden", SECRETARY, &OTHER, true, INTERNAL, WITHDRAWN, DOCUMENT_HIDE, ERR_OK},
        {"not by its readers", STANDING_MEMBER, &OTHER, true, INTERNAL, WITHDRAWN, DOCUMENT_HIDE, ERR_NOT_ALLOWED},
        {"a deputy discards a draft", DEPUTY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_DISCARD, ERR_OK},
        {"a secretary puts what is published right", SECRETARY, &OTHER, true, INTERNAL, PUBLISHED, DOCUMENT_CORRECT,
         ERR_OK},
        {"a draft is edited", SECRETARY, &OTHER, true, INTERNAL, DRAFT, DOCUMENT_CORRECT, ERR_WRONG_STATE},
        {"what was published is not discarded", SECRETARY, &OTHER, true, INTERNAL, PUBLISHED, DOCUMENT_DISCARD,
         ERR_WRONG_STATE},
        {"what was withdrawn is not edited", SECRETARY, &OTHER, true, INTERNAL, WITHDRAWN, DOCUMENT_EDIT,
         ERR_WRONG_STATE},
        {"what was replaced is not edited", SECRETARY, &OTHER, true, INTERNAL, REPLACED, DOCUMENT_EDIT,
         ERR_WRONG_STATE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = document_of(CASES[i].class, CASES[i].state);
        struct document_actor actor = {.reader = {.is_member = true,
                                                  .standing = CASES[i].standing,
                                                  .is_addressed = CASES[i].is_addressed,
                                                  .is_named = uuid_equal(CASES[i].id, &NAMED),
                                                  .is_author = uuid_equal(CASES[i].id, &AUTHOR)}};
        if (document_check(&document, &actor, CASES[i].action) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_readers_acknowledge_what_asks_for_it(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int state;
        bool asks, is_suspended, is_addressed;
        enum err expected;
    } CASES[] = {
        {"a reader", PUBLISHED, true, false, true, ERR_OK},
        {"late, of what was replaced since", REPLACED, true, false, true, ERR_OK},
        {"too late", WITHDRAWN, true, false, true, ERR_WITHDRAWN},
        {"too late for what never asked", WITHDRAWN, false, false, true, ERR_WITHDRAWN},
        {"what does not ask", PUBLISHED, false, false, true, ERR_WRONG_STATE},
        {"who is suspended reads on", PUBLISHED, true, true, true, ERR_NOT_ALLOWED},
        {"who does not read it", PUBLISHED, true, false, false, ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = document_of(INTERNAL, CASES[i].state);
        struct document_actor actor = {.reader = {.is_member = true, .is_addressed = CASES[i].is_addressed},
                                       .is_suspended = CASES[i].is_suspended};
        document.requires_acknowledgement = CASES[i].asks;
        if (document_check(&document, &actor, DOCUMENT_ACKNOWLEDGE) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
    struct document draft = document_of(INTERNAL, DRAFT);
    struct document_actor secretary = {.reader.standing = STANDING_SECRETARY}, timer = {.is_service = true};
    draft.requires_acknowledgement = true;
    assert_int_equal(document_check(&draft, &secretary, DOCUMENT_ACKNOWLEDGE), ERR_WRONG_STATE);
    assert_int_equal(document_check(&draft, &timer, DOCUMENT_ACKNOWLEDGE), ERR_NOT_ALLOWED);
}

static void test_readers_comment_on_what_is_out(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int state;
        bool is_suspended, is_addressed;
        enum err expected;
    } CASES[] = {
        {"a reader", PUBLISHED, false, true, ERR_OK},
        {"of what was replaced since", REPLACED, false, true, ERR_OK},
        {"of what was withdrawn", WITHDRAWN, false, true, ERR_WITHDRAWN},
        {"who is suspended reads on", PUBLISHED, true, true, ERR_NOT_ALLOWED},
        {"who does not read it", PUBLISHED, false, false, ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = document_of(INTERNAL, CASES[i].state);
        struct document_actor actor = {.reader = {.is_member = true, .is_addressed = CASES[i].is_addressed},
                                       .is_suspended = CASES[i].is_suspended};
        if (document_check(&document, &actor, DOCUMENT_COMMENT) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

static void test_deputies_make_nothing_restricted_and_the_suspended_nothing(void **state)
{
    (void)state;
    struct document_actor deputy = {.reader.standing = STANDING_DEPUTY},
                          secretary = {.reader.standing = STANDING_SECRETARY},
                          member = {.reader.standing = STANDING_MEMBER},
                          committee = {.reader.standing = STANDING_COMMITTEE};
    assert_true(document_may_create((Pb__Classification)PUBLIC, &deputy));
    assert_false(document_may_create((Pb__Classification)RESTRICTED, &deputy));
    assert_true(document_may_create((Pb__Classification)RESTRICTED, &secretary));
    assert_false(document_may_create((Pb__Classification)INTERNAL, &member));
    assert_false(document_may_create((Pb__Classification)INTERNAL, &committee));
    secretary.is_suspended = true;
    assert_false(document_may_create((Pb__Classification)INTERNAL, &secretary));
}

static void test_what_does_not_exist_is_not_found(void **state)
{
    (void)state;
    struct document_actor secretary = {.reader.standing = STANDING_SECRETARY};
    struct document gone = document_of(PUBLIC, PUBLISHED);
    gone.version = 0;
    assert_int_equal(document_check(NULL, &secretary, DOCUMENT_READ), ERR_NOT_FOUND);
    assert_int_equal(document_check(&gone, &secretary, DOCUMENT_READ), ERR_NOT_FOUND);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static void test_a_text_is_its_own_file(void **state)
{
    (void)state;
    static const uint8_t OF_ABC[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}; /* FIPS 180-2, B.1 */
    struct document_input input = whole_input();
    struct document next;
    assert_int_equal(create(&input, &next), ERR_OK);
    assert_int_equal(next.state, DRAFT);
    assert_int_equal(next.version, 1);
    assert_int_equal(next.readers, 146);
    assert_int_equal(next.content.bytes, 3);
    assert_string_equal(next.content.media_type, "text/plain; charset=utf-8");
    assert_memory_equal(next.content.sha256, OF_ABC, sizeof OF_ABC);
    assert_int_equal(next.extraction, PB__EXTRACTION__EXTRACTION_DONE);
    assert_true(uuid_is_zero(&next.notification));
}

static void test_a_file_waits_for_its_text(void **state)
{
    (void)state;
    struct document_input input = whole_input();
    struct document next;
    input.text = NULL;
    input.names_blob = input.has_blob = true;
    input.blob = (struct content){.sha256 = {9}, .bytes = 77, .media_type = "application/pdf"};
    assert_int_equal(create(&input, &next), ERR_OK);
    assert_int_equal(next.content.bytes, 77);
    assert_int_equal(next.extraction, PB__EXTRACTION__EXTRACTION_PENDING);
}

static void test_a_hash_is_named_by_its_uploader_only(void **state)
{
    (void)state;
    struct document_input input = whole_input();
    struct document next;
    input.names_blob = true;
    assert_int_equal(create(&input, &next), ERR_BLOB_UNKNOWN);
}

static void test_a_document_has_a_file_or_a_text(void **state)
{
    (void)state;
    struct document_input both = whole_input(), none = whole_input();
    struct document next;
    both.names_blob = both.has_blob = true;
    assert_int_equal(create(&both, &next), ERR_INVALID);
    assert_problem("/text", ERR_FIELD_CONFLICT);
    problems.n = 0;
    none.text = NULL;
    assert_int_equal(create(&none, &next), ERR_INVALID);
    assert_problem("/blob_sha256", ERR_FIELD_REQUIRED);
}

static void test_an_audience_is_never_wider_than_the_issuer(void **state)
{
    (void)state;
    struct document_input input = whole_input();
    struct document next;
    input.organization_is_within = OUTSIDE;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/audience/organization_ids/0", ERR_FIELD_UNKNOWN_ID);
    problems.n = 0;
    input = whole_input();
    input.audience.members = &NAMED;
    input.audience.n_members = 1;
    input.member_is_within = OUTSIDE;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/audience/member_ids/0", ERR_FIELD_UNKNOWN_ID);
}

static void test_somebody_must_be_addressed(void **state)
{
    (void)state;
    struct document_input input = whole_input();
    struct document next;
    input.audience.n_organizations = 0;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/audience/organization_ids", ERR_FIELD_REQUIRED);
    problems.n = 0;
    input.classification = (Pb__Classification)PUBLIC;
    assert_int_equal(create(&input, &next), ERR_OK);
    input = whole_input();
    input.classification = (Pb__Classification)RESTRICTED;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/audience/member_ids", ERR_FIELD_REQUIRED);
}

static void test_an_event_has_a_time_and_nothing_else_has(void **state)
{
    (void)state;
    struct document_input input = whole_input();
    struct document next;
    input.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_EVENT;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/event", ERR_FIELD_REQUIRED);
    problems.n = 0;
    input.sets_event = true;
    input.event = (struct document_happening){.starts_at_us = 200, .ends_at_us = 100};
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/event/ends_at", ERR_FIELD_TOO_SMALL);
    problems.n = 0;
    input.event.ends_at_us = 0;
    input.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS;
    assert_int_equal(create(&input, &next), ERR_INVALID);
    assert_problem("/event", ERR_FIELD_CONFLICT);
}

/* --- changing ----------------------------------------------------------------------------------------------------- */

static void test_the_content_of_a_published_document_stays(void **state)
{
    (void)state;
    struct document published = document_of(INTERNAL, PUBLISHED), draft = document_of(INTERNAL, DRAFT), next;
    struct document_input text = {.sets_content = true, .text = "khác"}, title = {.title = "Tên mới"};
    assert_int_equal(edit(&published, &text, &next), ERR_WRONG_STATE);
    assert_int_equal(edit(&draft, &text, &next), ERR_OK);
    assert_true(next.content.is_text);
    assert_int_equal(edit(&published, &title, &next), ERR_OK);
    assert_string_equal(next.title, "Tên mới");
    assert_int_equal(next.version, 6);
    assert_int_equal(next.state, PUBLISHED);
}

/* Which of the old ones each of the next is, by their place; "-": a new one. Nobody has another's id. */
static const char *targets_kept(const struct document *old, const struct document *next)
{
    char *said = mem_text(ctx, "");
    for (size_t i = 0; i < next->n_targets; i++) {
        size_t was = 0;
        while (was < old->n_targets && !uuid_equal(&old->targets[was].id, &next->targets[i].id))
            was++;
        said = was < old->n_targets ? mem_append(said, "%zu", was) : mem_append(said, "-");
        for (size_t j = 0; j < i; j++)
            assert_false(uuid_equal(&next->targets[j].id, &next->targets[i].id));
    }
    return said;
}

static void test_a_target_whose_text_stays_keeps_its_id(void **state)
{
    (void)state;
    static const struct document_target TARGETS[] = {
        {{{0xa1}}, "một"}, {{{0xa2}}, "hai"}, {{{0xa3}}, "một"}, {{{0xa4}}, "ba"}};
    static const struct {
        const char *texts[6];
        const char *kept;
    } CASES[] = {
        {{"một", "khác", "một", "ba"}, "0-23"},
        {{"mới", "một", "hai", "một", "ba"}, "-0123"}, /* one put before them */
        {{"hai", "một", "ba"}, "103"},         /* the first taken away: of two with one text the first is left */
        {{"ba", "hai", "một", "một"}, "3120"}, /* that which stays in its place keeps its own */
        {{"một", "một", "một", "một"}, "0-2-"},
        {{"ba", "ba"}, "3-"},
        {{NULL}, ""},
    };
    struct document draft = document_of(INTERNAL, DRAFT), next;
    draft.targets = TARGETS;
    draft.n_targets = ARRAY_LENGTH(TARGETS);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document_input input = {.sets_targets = true, .targets = CASES[i].texts};
        while (CASES[i].texts[input.n_targets])
            input.n_targets++;
        assert_int_equal(edit(&draft, &input, &next), ERR_OK);
        assert_int_equal(next.n_targets, input.n_targets);
        assert_string_equal(targets_kept(&draft, &next), CASES[i].kept);
    }
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void test_file_names_are_plain_ascii(void **state)
{
    (void)state;
    static const struct {
        const char *name, *type, *expected;
    } CASES[] = {
        {"15-NQ/DU", "application/pdf", "15-NQ-DU.pdf"},
        {"Bao cao", "application/vnd.oasis.opendocument.text", "Bao-cao.odt"},
        {"  Nghi quyet: so 1 ", "text/plain; charset=utf-8", "Nghi-quyet-so-1.txt"},
        {"../../etc/passwd", "image/png", "etc-passwd.png"},
        {"\xe2\x80\xa6", "application/octet-stream", "document"},
        {"\"\r\n", "image/jpeg", "document.jpg"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_string_equal(content_file_name(ctx, CASES[i].name, CASES[i].type), CASES[i].expected);
}

static void test_a_document_is_dated_by_its_issue_or_its_listing(void **state)
{
    (void)state;
    struct document document = document_of(INTERNAL, DRAFT);
    assert_int_equal(document_dated_on(&document), clock_date_join(2026, 11, 1));
    document.published_at_us = local(2026, 11, 5, 1);
    assert_int_equal(document_dated_on(&document), clock_date_join(2026, 11, 5));
    document.has_issued_on = true;
    document.issued_on = clock_date_join(2026, 10, 30);
    assert_int_equal(document_dated_on(&document), clock_date_join(2026, 10, 30));
}

static void test_who_is_shown_who_has_read(void **state)
{
    (void)state;
    enum { OFFICER_HERE = STANDING_OFFICER | STANDING_OFFICER_HERE };
    static const struct {
        const char *who;
        bool is_branch;
        unsigned here, above;
        enum reading_sight expected;
    } CASES[] = {
        {"a branch's secretary", true, STANDING_SECRETARY | STANDING_MEMBER, 0, READING_NAMES},
        {"his deputy", true, STANDING_DEPUTY, 0, READING_NAMES},
        {"a member", true, STANDING_MEMBER, 0, READING_NOTHING},
        {"one of its committee", true, STANDING_COMMITTEE, 0, READING_COUNTS},
        {"the secretary directly above", true, STANDING_ABOVE, STANDING_SECRETARY, READING_NAMES},
        {"his deputy, who heads his own alone", true, STANDING_ABOVE, STANDING_DEPUTY, READING_NOTHING},
        {"the committee directly above", true, STANDING_ABOVE, STANDING_COMMITTEE, READING_NAMES},
        {"the officer directly above", true, STANDING_OFFICER, OFFICER_HERE, READING_NAMES},
        {"an officer higher up", true, STANDING_OFFICER, STANDING_OFFICER, READING_COUNTS},
        {"an administrator", true, STANDING_ADMIN, STANDING_ADMIN, READING_NOTHING},
        {"the ward's secretary", false, STANDING_SECRETARY, 0, READING_COUNTS},
        {"its officer", false, OFFICER_HERE, 0, READING_COUNTS},
        {"its committee", false, STANDING_COMMITTEE, 0, READING_COUNTS},
        {"the committee above a ward", false, STANDING_ABOVE, STANDING_COMMITTEE, READING_NOTHING},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        if (reading_sight(CASES[i].is_branch, CASES[i].here, CASES[i].above) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_visible_then_role_then_state),
        CASE(test_readers_acknowledge_what_asks_for_it),
        CASE(test_readers_comment_on_what_is_out),
        CASE(test_deputies_make_nothing_restricted_and_the_suspended_nothing),
        CASE(test_what_does_not_exist_is_not_found),
        CASE(test_a_text_is_its_own_file),
        CASE(test_a_file_waits_for_its_text),
        CASE(test_a_hash_is_named_by_its_uploader_only),
        CASE(test_a_document_has_a_file_or_a_text),
        CASE(test_an_audience_is_never_wider_than_the_issuer),
        CASE(test_somebody_must_be_addressed),
        CASE(test_an_event_has_a_time_and_nothing_else_has),
        CASE(test_the_content_of_a_published_document_stays),
        CASE(test_a_target_whose_text_stays_keeps_its_id),
        CASE(test_file_names_are_plain_ascii),
        CASE(test_a_document_is_dated_by_its_issue_or_its_listing),
        CASE(test_who_is_shown_who_has_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
