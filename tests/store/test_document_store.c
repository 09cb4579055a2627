/* services/document/store.h against a real PostgreSQL. SOTAY_TEST_PG: conninfo of a role that may create databases; each run makes its
 * own. A city with one ward, and in it branch 10B (secretary, member, one who left) and branch 4 (one member); an officer of the ward. */
#include "common/clock.h"
#include "common/mem.h"
#include "common/migrations.h"
#include "services/directory/migrations.h"
#include "services/document/migrations.h"
#include "services/document/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_MS = 5000 };
enum {
    DRAFT = PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT,
    PUBLISHED = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
    WITHDRAWN = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN
};
enum {
    PUBLIC = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC,
    INTERNAL = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
    RESTRICTED = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED
};

static char *database, *conninfo;
static struct pg *admin;

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

static const struct uuid CITY = {{0xc1}}, WARD = {{0xc2}}, BRANCH_10B = {{0xb1}}, BRANCH_4 = {{0xb4}};
static const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, OFFICER = {{0x55}}, NEIGHBOUR = {{0x56}};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path) VALUES"
    " (" ID("c1") ", 1, 'C', 'Thành phố', 0, ARRAY[" ID(
        "c1") "]::uuid[]),"
              " (" ID("c2") ", 1, 'W', 'Phường', 2, ARRAY[" ID("c1") ", " ID(
                  "c2") "]::uuid[]),"
                        " (" ID("b1") ", 1, '10B', 'Chi bộ 10B', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID(
                            "b1") "]::uuid[]),"
                                  " (" ID("b4") ", 1, '4', 'Chi bộ 4', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID(
                                      "b4") "]::uuid[]);"
                                            "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record) VALUES"
                                            " (" ID("51") ", 1, 'Bí Thư', " ID("b1") ", 0, false, ''), (" ID("52") ", 1, 'Đảng Viên', " ID(
                                                "b1") ", 0, false, ''),"
                                                      " (" ID("54") ", 1, 'Đã Rời', " ID("b1") ", 3, false, ''), (" ID(
                                                          "56") ", 1, 'Láng Giềng', " ID("b4") ", 0, false, ''),"
                                                                                               " (" ID("55") ", 1, 'Cán Bộ', " ID(
                                                                                                   "b4") ", 0, false, '');"
                                                                                                         "INSERT INTO "
                                                                                                         "directory_position(member_id, "
                                                                                                         "organization_id, role, from_us, "
                                                                                                         "phone) VALUES"
                                                                                                         " (" ID("51") ", " ID("b1") ", 2, "
                                                                                                                                     "0, "
                                                                                                                                     "'+"
                                                                                                                                     "84900"
                                                                                                                                     "00000"
                                                                                                                                     "1'), "
                                                                                                                                     "(" ID("55") ", " ID(
                                                                                                                                         "c"
                                                                                                                                         "2") ", 4, 0, NULL);";

static void must(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

static void must_flush(struct pg *pg)
{
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s\n", pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

static void must_all(struct pg *pg, const char *statements)
{
    char *copy = mem_text(NULL, statements), *rest = copy;
    for (char *sql; (sql = strsep(&rest, ";")) && *sql;)
        must(pg, sql);
    mem_free(copy);
}

static int start(void **state)
{
    (void)state;
    const char *server = getenv("SOTAY_TEST_PG");
    if (!server) {
        print_error("SOTAY_TEST_PG is not set\n");
        return 1;
    }
    admin = pg_new(NULL, server, NULL, 20000);
    database = mem_printf(admin, "sotay_test_document_%d", (int)getpid());
    conninfo = mem_printf(admin, "%s dbname=%s", server, database);
    must(admin, mem_printf(admin, "CREATE DATABASE %s", database));
    struct pg *pg = pg_new(admin, conninfo, NULL, DEADLINE_MS);
    must(pg, "CREATE EXTENSION unaccent");
    assert_int_equal(pg_migrate(pg, common_migrations, common_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, directory_migrations, directory_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, document_migrations, document_n_migrations), ERR_OK);
    must_all(pg, CITY_ROWS);
    mem_free(pg);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    must(admin, mem_printf(admin, "DROP DATABASE %s WITH (FORCE)", database));
    mem_free(admin);
    return 0;
}

static int each_start(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->pg = pg_new(f, conninfo, NULL, DEADLINE_MS);
    must(f->pg, "TRUNCATE document CASCADE");
    *state = f;
    return 0;
}

static int each_stop(void **state)
{
    mem_free(*state);
    return 0;
}

/* --- batches -------------------------------------------------------------------------------------------------------------------- */

static struct work *load_named(struct fixture *f, struct work *work)
{
    pg_queue_sql(f->pg, "BEGIN");
    work_load(work, f->pg);
    must_flush(f->pg);
    assert_int_equal(work_loaded(work), ERR_OK);
    return work;
}

static struct work *load(struct fixture *f, const struct uuid *document)
{
    struct work *work = work_new(f->ctx);
    work_name_document(work, document);
    return load_named(f, work);
}

static enum err write_batch(struct fixture *f, struct work *work)
{
    work_write(work, f->pg);
    pg_queue_sql(f->pg, "COMMIT");
    return pg_flush(f->pg);
}

static struct document document_of(uint8_t id, int classification, int state)
{
    return (struct document){.id = {{id}},
                             .organization = BRANCH_10B,
                             .author = SECRETARY,
                             .version = 1,
                             .title = "Nghị quyết về Đống Đa",
                             .classification = (Pb__Classification)classification,
                             .state = (Pb__DocumentState)state,
                             .audience = {.organizations = &BRANCH_10B, .n_organizations = 1},
                             .content = {.bytes = 3, .media_type = "application/pdf"},
                             .created_at_us = 1000 + id};
}

static void keep(struct fixture *f, const struct document *document)
{
    struct work *work = load(f, &document->id);
    work_keep_document(work, document);
    assert_int_equal(write_batch(f, work), ERR_OK);
}

static struct document whole(void)
{
    static const struct document_target targets[] = {{{{0xa1}}, "Kết nạp 3 đảng viên"}, {{{0xa2}}, "Thu đủ đảng phí"}};
    static const struct document_figure figures[] = {{"Thu", 12.5, "tỷ đồng", "2026"}};
    static const int32_t roles[] = {PB__ROLE__ROLE_SECRETARY, PB__ROLE__ROLE_MEMBER};
    struct document made = document_of(1, INTERNAL, PUBLISHED);
    made.number = "15-NQ/ĐU";
    made.has_issued_on = true;
    made.issued_on = 20000;
    made.audience = (struct document_audience){&BRANCH_10B, 1, true, roles, 2, &MEMBER, 1};
    made.content = (struct document_content){
        .sha256 = {9}, .bytes = 5, .media_type = DOCUMENT_TEXT_MEDIA_TYPE, .is_text = true, .text = "Điều 1"};
    made.targets = targets;
    made.n_targets = 2;
    made.figures = figures;
    made.n_figures = 1;
    made.event = (struct document_happening){50, 0, "Hội trường"};
    made.published_at_us = 70;
    made.notification = (struct uuid){{0xee}};
    return made;
}

static void test_what_was_written_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct document made = whole();
    keep(f, &made);
    struct work *work = load(f, &made.id);
    const struct document *found = work_document(work, &made.id);
    assert_non_null(found);
    assert_string_equal(found->number, made.number);
    assert_int_equal(found->issued_on, 20000);
    assert_true(uuid_equal(&found->audience.organizations[0], &BRANCH_10B));
    assert_true(found->audience.subtree);
    assert_int_equal(found->audience.n_roles, 2);
    assert_int_equal(found->audience.roles[0], PB__ROLE__ROLE_SECRETARY);
    assert_true(uuid_equal(&found->audience.members[0], &MEMBER));
    assert_memory_equal(found->content.sha256, made.content.sha256, DOCUMENT_SHA256_BYTES);
    assert_int_equal(found->n_targets, 2);
    assert_string_equal(found->targets[1].text, "Thu đủ đảng phí");
    assert_int_equal(found->n_figures, 1);
    assert_true(found->figures[0].value > 12.4 && found->figures[0].value < 12.6);
    assert_string_equal(found->event.place, "Hội trường");
    assert_int_equal(found->event.ends_at_us, 0);
    assert_int_equal(found->published_at_us, 70);
    assert_true(uuid_equal(&found->notification, &made.notification));
    must(f->pg, "ROLLBACK");
}

static void test_a_file_takes_the_place_of_a_text(void **state)
{
    struct fixture *f = *state;
    struct directory_scope heads = {.heads = (struct uuid[]){BRANCH_10B}, .n_heads = 1};
    struct document made = whole();
    keep(f, &made);
    struct pg_result *rows = store_queue_file(f->ctx, f->pg, &heads, &made.id);
    must_flush(f->pg);
    struct store_file file;
    store_read_file(f->ctx, rows, &file);
    assert_string_equal(file.content.text, "Điều 1");
    assert_string_equal(file.name, "15-NQ/DU");

    struct work *work = load(f, &made.id);
    struct document next = *work_document(work, &made.id);
    next.content = (struct document_content){.sha256 = {7}, .bytes = 9, .media_type = "application/pdf"};
    work_keep_document(work, &next);
    assert_int_equal(write_batch(f, work), ERR_OK);
    rows = store_queue_file(f->ctx, f->pg, &heads, &made.id);
    must_flush(f->pg);
    store_read_file(f->ctx, rows, &file);
    assert_null(file.content.text);
    assert_string_equal(file.content.media_type, "application/pdf");
}

static void test_an_organisation_gives_a_number_once(void **state)
{
    struct fixture *f = *state;
    struct document first = document_of(1, INTERNAL, DRAFT), second = document_of(2, INTERNAL, DRAFT),
                    none = document_of(3, INTERNAL, DRAFT), other = document_of(4, INTERNAL, DRAFT);
    first.number = second.number = other.number = "1-NQ";
    other.organization = BRANCH_4;
    keep(f, &first);
    keep(f, &none);
    keep(f, &other);
    struct work *work = load(f, &second.id);
    work_keep_document(work, &second);
    assert_int_equal(write_batch(f, work), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "document_number_taken");
}

/* --- how many read it ------------------------------------------------------------------------------------------------------------ */

static void test_readers_are_counted_by_audience(void **state)
{
    struct fixture *f = *state;
    static const int32_t secretary = PB__ROLE__ROLE_SECRETARY;
    const struct {
        const char *what;
        struct document_audience audience;
        int classification;
        int64_t n;
    } CASES[] = {
        {"a branch without who left", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, INTERNAL, 2},
        {"a named one beside", {&BRANCH_10B, 1, false, NULL, 0, &NEIGHBOUR, 1}, INTERNAL, 3},
        {"named twice counts once", {&BRANCH_10B, 1, false, NULL, 0, &MEMBER, 1}, INTERNAL, 2},
        {"a ward alone is who works there", {&WARD, 1, false, NULL, 0, NULL, 0}, INTERNAL, 1},
        {"a ward with all below", {&WARD, 1, true, NULL, 0, NULL, 0}, INTERNAL, 4},
        {"secretaries of a ward", {&WARD, 1, true, &secretary, 1, NULL, 0}, INTERNAL, 1},
        {"named alone where restricted", {&WARD, 1, true, NULL, 0, &MEMBER, 1}, RESTRICTED, 1},
        {"everyone where public", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, PUBLIC, 4},
    };
    struct work *work = work_new(f->ctx);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct uuid message = {{(uint8_t)(i + 1)}}, document = {{0x99}};
        work_name_readers(work, &message, &document, &CASES[i].audience, true, (Pb__Classification)CASES[i].classification);
    }
    load_named(f, work);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct uuid message = {{(uint8_t)(i + 1)}};
        if (work_readers(work, &message) != CASES[i].n)
            fail_msg("%s: %lld", CASES[i].what, (long long)work_readers(work, &message));
    }
    must(f->pg, "ROLLBACK");
}

static void test_a_changed_classification_counts_the_audience_so_far(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    const struct uuid message = {{5}};
    keep(f, &made);
    struct work *work = work_new(f->ctx);
    work_name_readers(work, &message, &made.id, NULL, true, (Pb__Classification)PUBLIC);
    load_named(f, work);
    assert_int_equal(work_readers(work, &message), 4);
    must(f->pg, "ROLLBACK");
}

static void test_hosts_count_who_keeps_their_drafts(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    made.audience.organizations = &BRANCH_4;
    keep(f, &made);
    struct work *work = load(f, &made.id);
    const struct document_host *host = work_host(work, &BRANCH_10B);
    assert_non_null(host);
    assert_int_equal(host->keepers, 2); /* its secretary, and the officer of the ward */
    assert_int_equal(host->org.n_path, 3);
    assert_non_null(work_host(work, &BRANCH_4)); /* the label says its name */
    must(f->pg, "ROLLBACK");
}

/* --- who sees what ----------------------------------------------------------------------------------------------------------------- */

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
enum { N_READERS = sizeof READERS / sizeof *READERS };

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
    struct pg_result *rows = store_queue_documents(f->ctx, f->pg, scope, &(struct document_filter){.ids = id, .n_ids = 1});
    must_flush(f->pg);
    return pg_rows(rows) > 0;
}

/* A city of four: where each place lies. */
static const struct uuid *path_of(const struct uuid *org, size_t *ret_n)
{
    static const struct uuid PATHS[][3] = {
        {{{0xc1}}}, {{{0xc1}}, {{0xc2}}}, {{{0xc1}}, {{0xc2}}, {{0xb1}}}, {{{0xc1}}, {{0xc2}}, {{0xb4}}}};
    size_t i = uuid_equal(org, &CITY) ? 0 : uuid_equal(org, &WARD) ? 1 : uuid_equal(org, &BRANCH_10B) ? 2 : 3;
    *ret_n = i < 2 ? i + 1 : 3;
    return PATHS[i];
}

static bool audience_holds(const struct document_audience *audience, Pb__Role role, const struct uuid *org)
{
    struct document_place place = {.role = (int32_t)role, .organization = *org};
    place.path = path_of(org, &place.n_path);
    return document_audience_holds(audience, &place);
}

static bool rule_says(const struct document *document, const struct reader *reader, const struct directory_scope *scope)
{
    struct directory_org host = {.id = document->organization};
    host.path = path_of(&host.id, &host.n_path);
    struct document_actor actor = {.id = scope->member, .standing = directory_scope_standing(scope, &host)};
    actor.is_reader = audience_holds(&document->audience, PB__ROLE__ROLE_MEMBER, &reader->branch) ||
                      (reader->role != PB__ROLE__ROLE_MEMBER && audience_holds(&document->audience, reader->role, &reader->at));
    return document_may_read(document, &actor);
}

static void test_the_statement_and_the_rule_agree_on_every_reader(void **state)
{
    struct fixture *f = *state;
    static const int32_t officer = PB__ROLE__ROLE_OFFICER, member = PB__ROLE__ROLE_MEMBER;
    const struct document_audience AUDIENCES[] = {
        {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, {&BRANCH_10B, 1, true, NULL, 0, &NEIGHBOUR, 1},
        {&WARD, 1, true, &officer, 1, NULL, 0},    {&WARD, 1, true, &member, 1, NULL, 0},
        {&WARD, 1, false, NULL, 0, NULL, 0},       {NULL, 0, false, NULL, 0, &MEMBER, 1},
        {NULL, 0, false, NULL, 0, &OFFICER, 1},
    };
    static const int STATES[] = {DRAFT, PUBLISHED, WITHDRAWN}, CLASSES[] = {PUBLIC, INTERNAL, RESTRICTED};
    static const struct uuid ISSUERS[] = {{{0xb1}}, {{0xc2}}}, AUTHORS[] = {{{0x51}}, {{0x55}}};
    for (size_t n = 0; n < 7 * 3 * 3 * 2 * 2; n++) {
        struct document document = document_of((uint8_t)n, CLASSES[n / 7 % 3], STATES[n / 21 % 3]);
        document.audience = AUDIENCES[n % 7];
        document.organization = ISSUERS[n / 63 % 2];
        document.author = AUTHORS[n / 126];
        keep(f, &document);
        for (size_t r = 0; r < 2 * (N_READERS - 1); r++) { /* nobody has no actor */
            const struct reader *reader = &READERS[r / 2];
            struct directory_scope scope = scope_of(f->ctx, reader, r % 2);
            if (sees(f, &scope, &document.id) != rule_says(&document, reader, &scope))
                fail_msg("%s%s, class %d, state %d, audience %zu", reader->who, r % 2 ? " (shared)" : "", document.classification,
                         document.state, n % 7);
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
        bool names_neighbour;
        const char *seen;
    } CASES[] = {
        {"a draft", INTERNAL, DRAFT, true, "yynnnyynn"},
        {"to the branch", INTERNAL, PUBLISHED, false, "yyynnnnnn"},
        {"to the branch and one named", INTERNAL, PUBLISHED, true, "yyyynnnnn"},
        {"withdrawn is still there", INTERNAL, WITHDRAWN, false, "yyynnnnnn"},
        {"public", PUBLIC, PUBLISHED, false, "yyyyyyyyn"},
        {"a restricted draft is its author's", RESTRICTED, DRAFT, true, "ynnnnnnnn"},
        {"restricted", RESTRICTED, PUBLISHED, true, "ynnynnnnn"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct document document = document_of((uint8_t)(i + 1), CASES[i].classification, CASES[i].state);
        document.audience.members = &NEIGHBOUR;
        document.audience.n_members = CASES[i].names_neighbour;
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
    document.audience = (struct document_audience){.members = &NEIGHBOUR, .n_members = 1};
    keep(f, &document);
    struct directory_scope shared = scope_of(f->ctx, &READERS[3], true), own = scope_of(f->ctx, &READERS[3], false);
    assert_false(sees(f, &shared, &document.id));
    assert_true(sees(f, &own, &document.id));
}

/* --- lists ------------------------------------------------------------------------------------------------------------------------ */

static size_t count(struct fixture *f, struct document_filter filter)
{
    struct directory_scope scope = scope_of(f->ctx, &READERS[0], false);
    filter.limit = filter.limit ? filter.limit : 100;
    struct pg_result *rows = store_queue_documents(f->ctx, f->pg, &scope, &filter);
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_filters_narrow_the_list(void **state)
{
    struct fixture *f = *state;
    struct document first = whole(), second = document_of(2, INTERNAL, WITHDRAWN), draft = document_of(3, INTERNAL, DRAFT);
    second.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS;
    second.title = "Tin tức";
    keep(f, &first);
    keep(f, &second);
    keep(f, &draft);
    assert_int_equal(count(f, (struct document_filter){.q = NULL}), 3);
    assert_int_equal(count(f, (struct document_filter){.q = "dong da"}), 2);
    assert_int_equal(count(f, (struct document_filter){.q = "15-nq/đu"}), 1);
    assert_int_equal(count(f, (struct document_filter){.q = "không có"}), 0);
    assert_int_equal(count(f, (struct document_filter){.has_kind = true, .kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_in_force = true, .in_force = true}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_in_force = true}), 1);
    assert_int_equal(count(f, (struct document_filter){.has_from = true, .from = 20000, .has_to = true, .to = 20000}), 1);
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
        struct pg_result *rows = store_queue_documents(f->ctx, f->pg, &scope, &filter);
        must_flush(f->pg);
        assert_int_equal(pg_rows(rows), 2);
        struct document last;
        store_read_document(f->ctx, rows, 1, &last);
        assert_int_equal(last.id.bytes[0], expected - 1);
        filter.has_before = true;
        filter.before_us = document_listed_at_us(&last);
        filter.before_id = last.id;
    }
    assert_int_equal(count(f, filter), 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_written_is_read_back),
        CASE(test_a_file_takes_the_place_of_a_text),
        CASE(test_an_organisation_gives_a_number_once),
        CASE(test_readers_are_counted_by_audience),
        CASE(test_a_changed_classification_counts_the_audience_so_far),
        CASE(test_hosts_count_who_keeps_their_drafts),
        CASE(test_the_statement_and_the_rule_agree_on_every_reader),
        CASE(test_each_reader_sees_what_access_says),
        CASE(test_answers_that_are_shared_know_no_names),
        CASE(test_filters_narrow_the_list),
        CASE(test_pages_follow_each_other_newest_first),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
