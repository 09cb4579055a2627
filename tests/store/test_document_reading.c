/* services/document/document/document_list_store.h against a real PostgreSQL: who sees which documents, as the rule of
 * services/directory/audience.h says, and in which order. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/document/document_list_store.h"
#include "services/document/document/document_store.h"
#include "services/document/search/search_store.h"

/* --- who sees what ------------------------------------------------------------------------------------------------ */

struct reader {
    const char *who;
    struct uuid member;
    bool has_branch;
    struct uuid branch;
    Pb__Role role;
    struct uuid at;
};

static const struct reader READERS[] = {
    {"the secretary", {{0x51}}, true, {{0xb1}}, PB__ROLE__ROLE_SECRETARY, {{0xb1}}},
    {"a deputy", {{0x57}}, true, {{0xb1}}, PB__ROLE__ROLE_DEPUTY_SECRETARY, {{0xb1}}},
    {"a member", {{0x52}}, true, {{0xb1}}, PB__ROLE__ROLE_MEMBER, {{0}}},
    {"a neighbour", {{0x56}}, true, {{0xb4}}, PB__ROLE__ROLE_MEMBER, {{0}}},
    {"the neighbours' secretary", {{0x58}}, true, {{0xb4}}, PB__ROLE__ROLE_SECRETARY, {{0xb4}}},
    {"the ward's officer", {{0x55}}, true, {{0xb4}}, PB__ROLE__ROLE_OFFICER, {{0xc2}}},
    {"the city's officer", {{0x59}}, true, {{0xb4}}, PB__ROLE__ROLE_OFFICER, {{0xc1}}},
    {"the city's administrator", {{0x5a}}, true, {{0xb4}}, PB__ROLE__ROLE_ADMIN, {{0xc1}}},
    {"nobody", {{0}}, false, {{0}}, PB__ROLE__ROLE_MEMBER, {{0}}},
};
enum { N_READERS = ARRAY_LENGTH(READERS) };

static struct directory_scope scope_of(TALLOC_CTX *ctx, const struct reader *reader, bool shared)
{
    Pb__Scope *scope = mem_new(ctx, Pb__Scope);
    pb__scope__init(scope);
    scope->has_branch_id = reader->has_branch;
    scope->branch_id = uuid_to_pb(ctx, &reader->branch);
    scope->has_member_id = !shared && !uuid_is_zero(&reader->member);
    scope->member_id = uuid_to_pb(ctx, &reader->member);
    if (reader->role != PB__ROLE__ROLE_MEMBER) {
        scope->n_grants = 1;
        scope->grants = mem_array(ctx, Pb__Grant *, 1);
        scope->grants[0] = mem_new(ctx, Pb__Grant);
        pb__grant__init(scope->grants[0]);
        scope->grants[0]->role = reader->role;
        scope->grants[0]->organization_id = uuid_to_pb(ctx, &reader->at);
    }
    struct directory_scope result;
    directory_scope_read(ctx, scope, &result);
    return result;
}

static bool sees(struct fixture *f, const struct directory_scope *scope, const struct uuid *id)
{
    struct pg_result *rows = document_list_store_queue(f->ctx, f->pg, scope,
                                                       &(struct document_filter){.ids = id, .n_ids = 1});
    must_flush(f->pg);
    return pg_rows(rows) > 0;
}

/* The city's places. */
static const struct directory_set *places(struct fixture *f)
{
    struct directory_set *set = directory_set_new(f->ctx);
    const struct uuid *ALL[] = {&CITY, &WARD, &BRANCH_10B, &BRANCH_4};
    for (size_t i = 0; i < ARRAY_LENGTH(ALL); i++)
        directory_set_want_org(set, ALL[i]);
    directory_set_load(set, f->pg);
    must_flush(f->pg);
    assert_int_equal(directory_set_loaded(set), ERR_OK);
    return set;
}

static struct directory_person person_of(TALLOC_CTX *ctx, const struct reader *reader)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    Pb__DirectoryMember__Position *position = mem_new(ctx, Pb__DirectoryMember__Position);
    pb__directory_member__init(record);
    pb__directory_member__interval__init(interval);
    pb__directory_member__position__init(position);
    interval->branch_id = uuid_to_pb(ctx, &reader->branch);
    position->role = reader->role;
    position->organization_id = uuid_to_pb(ctx, &reader->at);
    record->n_intervals = 1;
    record->intervals = mem_copy(ctx, &interval, sizeof interval);
    record->n_positions = reader->role != PB__ROLE__ROLE_MEMBER;
    record->positions = mem_copy(ctx, &position, sizeof position);
    return (struct directory_person){.id = reader->member, .record = record};
}

static bool rule_says(struct fixture *f, const struct directory_set *set, const struct document *document,
                      const struct reader *reader, bool shared)
{
    struct directory_person person = person_of(f->ctx, reader);
    struct audience_reader he = audience_reader_of(set, &person, directory_set_org(set, &document->organization),
                                                   &document->author, &document->audience, 0);
    he.is_named = he.is_named && !shared; /* an answer for all who stand where he stands does not know him */
    he.is_author = he.is_author && !shared;
    return document_may_read(document, &(struct document_actor){.reader = he});
}

static void test_the_statement_and_the_rule_agree_on_every_reader(void **state)
{
    struct fixture *f = *state;
    static const int32_t officer = PB__ROLE__ROLE_OFFICER, member = PB__ROLE__ROLE_MEMBER;
    const struct audience AUDIENCES[] = {
        {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, {&BRANCH_10B, 1, true, NULL, 0, &NEIGHBOUR, 1},
        {&WARD, 1, true, &officer, 1, NULL, 0},    {&WARD, 1, true, &member, 1, NULL, 0},
        {&WARD, 1, false, NULL, 0, NULL, 0},       {NULL, 0, false, NULL, 0, &MEMBER, 1},
        {NULL, 0, false, NULL, 0, &OFFICER, 1},
    };
    static const int STATES[] = {DRAFT, PUBLISHED, WITHDRAWN}, CLASSES[] = {PUBLIC, INTERNAL, RESTRICTED};
    const struct directory_set *set = places(f);
    static const struct uuid ISSUERS[] = {{{0xb1}}, {{0xc2}}}, AUTHORS[] = {{{0x51}}, {{0x55}}};
    for (size_t n = 0; n < 7 * 3 * 3 * 2 * 2; n++) {
        struct document document = document_of((uint8_t)n, CLASSES[n / 7 % 3], STATES[n / 21 % 3]);
        document.audience = AUDIENCES[n % 7];
        document.organization = ISSUERS[n / 63 % 2];
        document.author = AUTHORS[n / 126];
        document.is_hidden = (int)document.state == WITHDRAWN && n % 2 == 0; /* of each audience once at least */
        keep(f, &document);
        for (size_t r = 0; r < 2 * (N_READERS - 1); r++) { /* nobody has no actor */
            const struct reader *reader = &READERS[r / 2];
            struct directory_scope scope = scope_of(f->ctx, reader, r % 2);
            if (sees(f, &scope, &document.id) != rule_says(f, set, &document, reader, r % 2))
                fail_msg("%s%s, class %d, state %d, audience %zu", reader->who, r % 2 ? " (shared)" : "",
                         document.classification, document.state, n % 7);
        }
    }
}

static bool finds(struct fixture *f, const struct directory_scope *scope, const struct uuid *id)
{
    const struct search search = {.words = "'tim' & '~thaay2'", .limit = 1000};
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, scope, &search);
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct passage_found found = passage_store_read(f->ctx, rows, row);
        if (uuid_equal(&found.document, id))
            return true;
    }
    return false;
}

/* The numbers that a search goes by are a second way of saying who may read: this is what holds the two together. */
static void test_a_search_finds_what_its_reader_may_read_and_no_more(void **state)
{
    struct fixture *f = *state;
    static const int32_t officer = PB__ROLE__ROLE_OFFICER, member = PB__ROLE__ROLE_MEMBER;
    const struct audience AUDIENCES[] = {
        {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, {&BRANCH_10B, 1, true, NULL, 0, &NEIGHBOUR, 1},
        {&WARD, 1, true, &officer, 1, NULL, 0},    {&WARD, 1, true, &member, 1, NULL, 0},
        {&WARD, 1, false, NULL, 0, NULL, 0},       {NULL, 0, false, NULL, 0, &MEMBER, 1},
        {&CITY, 1, true, NULL, 0, NULL, 0},        {&CITY, 1, false, NULL, 0, NULL, 0},
    };
    static const int STATES[] = {DRAFT, PUBLISHED, WITHDRAWN}, CLASSES[] = {PUBLIC, INTERNAL, RESTRICTED};
    static const struct uuid AUTHORS[] = {{{0x51}}, {{0x55}}};
    enum { N_AUDIENCES = ARRAY_LENGTH(AUDIENCES) };
    for (size_t n = 0; n < N_AUDIENCES * 3 * 3 * 2; n++) {
        struct document document = document_of((uint8_t)n, CLASSES[n / N_AUDIENCES % 3],
                                               STATES[n / (N_AUDIENCES * 3) % 3]);
        document.audience = AUDIENCES[n % N_AUDIENCES];
        document.author = AUTHORS[n / (N_AUDIENCES * 9)];
        document.content = content_of_text("Điều 1. Tìm thấy");
        keep(f, &document);
        for (size_t r = 0; r < 2 * N_READERS; r++) {
            struct directory_scope scope = scope_of(f->ctx, &READERS[r / 2], r % 2);
            bool may = (int)document.state == PUBLISHED && sees(f, &scope, &document.id);
            if (finds(f, &scope, &document.id) != may)
                fail_msg("%s%s, class %d, state %d, audience %zu: %s", READERS[r / 2].who, r % 2 ? " (shared)" : "",
                         document.classification, document.state, n % N_AUDIENCES, may ? "may read" : "may not");
        }
    }
}

static void test_each_reader_sees_what_access_says(void **state)
{
    struct fixture *f = *state;
    /* one letter a reader of READERS, in their order: y sees it, n does not */
    static const struct {
        const char *what;
        int classification, state;
        bool names_neighbour, is_hidden;
        const char *seen;
    } CASES[] = {
        {"a draft", INTERNAL, DRAFT, true, false, "yynnnyynn"},
        {"to the branch", INTERNAL, PUBLISHED, false, false, "yyynnnnnn"},
        {"to the branch and one named", INTERNAL, PUBLISHED, true, false, "yyyynnnnn"},
        {"withdrawn is still there", INTERNAL, WITHDRAWN, false, false, "yyynnnnnn"},
        {"unless it is hidden", INTERNAL, WITHDRAWN, true, true, "yynnnnnnn"},
        {"what was public is hidden too", PUBLIC, WITHDRAWN, true, true, "yynnnyynn"},
        {"public", PUBLIC, PUBLISHED, false, false, "yyyyyyyyn"},
        {"a restricted draft is its author's", RESTRICTED, DRAFT, true, false, "ynnnnnnnn"},
        {"restricted", RESTRICTED, PUBLISHED, true, false, "ynnynnnnn"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = document_of((uint8_t)(i + 1), CASES[i].classification, CASES[i].state);
        document.audience.members = &NEIGHBOUR;
        document.audience.n_members = CASES[i].names_neighbour;
        document.is_hidden = CASES[i].is_hidden;
        keep(f, &document);
        for (size_t r = 0; r < N_READERS; r++) {
            struct directory_scope scope = scope_of(f->ctx, &READERS[r], false);
            if (sees(f, &scope, &document.id) != (CASES[i].seen[r] == 'y'))
                fail_msg("%s: %s", CASES[i].what, READERS[r].who);
        }
    }
}

static void test_answers_that_are_shared_know_no_names(void **state)
{
    struct fixture *f = *state;
    struct document document = document_of(1, INTERNAL, PUBLISHED);
    document.audience = (struct audience){.members = &NEIGHBOUR, .n_members = 1};
    keep(f, &document);
    struct directory_scope shared = scope_of(f->ctx, &READERS[3], true), own = scope_of(f->ctx, &READERS[3], false);
    assert_false(sees(f, &shared, &document.id));
    assert_true(sees(f, &own, &document.id));
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

static size_t count(struct fixture *f, struct document_filter filter)
{
    struct directory_scope scope = scope_of(f->ctx, &READERS[0], false);
    filter.limit = filter.limit ? filter.limit : 100;
    struct pg_result *rows = document_list_store_queue(f->ctx, f->pg, &scope, &filter);
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_filters_narrow_the_list(void **state)
{
    struct fixture *f = *state;
    struct document first = whole(), second = document_of(2, INTERNAL, WITHDRAWN),
                    draft = document_of(3, INTERNAL, DRAFT);
    second.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS;
    second.title = "Tin tức";
    keep(f, &first);
    keep(f, &second);
    keep(f, &draft);
    assert_int_equal(count(f, (struct document_filter){.q = NULL}), 3);
    assert_int_equal(count(f, (struct document_filter){.q = "dong da"}), 2);
    assert_int_equal(count(f, (struct document_filter){.q = "15-nq/đu"}), 1);
    assert_int_equal(count(f, (struct document_filter){.q = "không có"}), 0);
    assert_int_equal(
        count(f, (struct document_filter){.has_kind = true, .kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_in_force = true, .in_force = true}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_in_force = true}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_from = true, .from = 20000, .has_to = true, .to = 20000}),
                     1);
    assert_int_equal(count(f, (struct document_filter){.organization = &WARD}), 3);
    assert_int_equal(count(f, (struct document_filter){.organization = &BRANCH_4}), 0);
    assert_int_equal(count(f, (struct document_filter){.has_since = true, .since_us = 1002}), 2);
}

static void test_pages_follow_each_other_newest_first(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 5; id++) {
        struct document document = document_of(id, INTERNAL, DRAFT);
        keep(f, &document);
    }
    struct directory_scope scope = scope_of(f->ctx, &READERS[0], false);
    struct document_filter filter = {.limit = 2};
    for (uint8_t expected = 5; expected > 1; expected = (uint8_t)(expected - 2)) {
        struct pg_result *rows = document_list_store_queue(f->ctx, f->pg, &scope, &filter);
        must_flush(f->pg);
        assert_int_equal(pg_rows(rows), 2);
        struct document last;
        document_store_read(f->ctx, rows, 1, &last);
        assert_int_equal(last.id.bytes[0], expected - 1);
        filter.has_before = true;
        filter.before = (struct keyset){document_listed_at_us(&last), last.id};
    }
    assert_int_equal(count(f, filter), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_statement_and_the_rule_agree_on_every_reader),
        CASE(test_a_search_finds_what_its_reader_may_read_and_no_more),
        CASE(test_each_reader_sees_what_access_says),
        CASE(test_answers_that_are_shared_know_no_names),
        CASE(test_filters_narrow_the_list),
        CASE(test_pages_follow_each_other_newest_first),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
