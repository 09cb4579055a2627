/* services/document against a real PostgreSQL: what a batch reads and writes. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "services/document/content/content_store.h"
#include "services/document/version/version_store.h"

static void test_what_was_written_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct document made = whole();
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    const struct document *found = document_batch_get(documents_of(batch), &made.id);
    assert_non_null(found);
    assert_string_equal(found->number, made.number);
    assert_int_equal(found->issued_on, 20000);
    assert_true(uuid_equal(&found->audience.organizations[0], &BRANCH_10B));
    assert_true(found->audience.subtree);
    assert_int_equal(found->audience.n_roles, 2);
    assert_int_equal(found->audience.roles[0], PB__ROLE__ROLE_SECRETARY);
    assert_true(uuid_equal(&found->audience.members[0], &MEMBER));
    assert_memory_equal(found->content.sha256, made.content.sha256, CONTENT_SHA256_BYTES);
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
    struct pg_result *rows = content_store_queue_file(f->ctx, f->pg, &heads, &made.id, 0);
    must_flush(f->pg);
    struct content_file file;
    content_store_read_file(f->ctx, rows, &file);
    assert_string_equal(file.content.text, "Điều 1");
    assert_string_equal(file.name, "15-NQ/DU");

    struct loop_batch *batch = load(f, &made.id);
    struct document next = *document_batch_get(documents_of(batch), &made.id);
    next.content = (struct content){.sha256 = {7}, .bytes = 9, .media_type = "application/pdf"};
    document_batch_keep(documents_of(batch), &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    rows = content_store_queue_file(f->ctx, f->pg, &heads, &made.id, 0);
    must_flush(f->pg);
    content_store_read_file(f->ctx, rows, &file);
    assert_null(file.content.text);
    assert_string_equal(file.content.media_type, "application/pdf");
}

static const char *text_of(struct fixture *f, const struct uuid *document, int32_t version_no)
{
    struct directory_scope heads = {.heads = (struct uuid[]){BRANCH_10B}, .n_heads = 1};
    struct content_file file;
    struct pg_result *rows = content_store_queue_file(f->ctx, f->pg, &heads, document, version_no);
    must_flush(f->pg);
    if (pg_rows(rows) == 0)
        return NULL;
    content_store_read_file(f->ctx, rows, &file);
    return file.content.text;
}

static void put_right(struct fixture *f, const struct uuid *document, const char *text, const char *reason)
{
    struct loop_batch *batch = new_batch(f);
    document_batch_want(documents_of(batch), document);
    version_set_want(batch, document);
    parts_load(f->pg, batch);
    const struct document was = *document_batch_get(documents_of(batch), document);
    struct document next = was;
    next.content = content_of_text(text);
    next.version_no++;
    document_batch_keep(documents_of(batch), &next);
    version_set_keep(batch, &was, &next, &OFFICER, reason, 90);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

static void test_every_file_stays(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope heads = {.heads = (struct uuid[]){BRANCH_10B}, .n_heads = 1};
    struct document made = whole();
    keep(f, &made);
    assert_string_equal(text_of(f, &made.id, 1), "Điều 1");
    put_right(f, &made.id, "Điều 2", "Nhầm bản");
    put_right(f, &made.id, "Điều 3", "Nhầm nữa");
    static const char *const TEXTS[] = {"Điều 3", "Điều 1", "Điều 2", "Điều 3"}; /* 0: the newest */
    for (int32_t i = 0; i < 4; i++)
        assert_string_equal(text_of(f, &made.id, i), TEXTS[i]);
    assert_null(text_of(f, &made.id, 4));

    struct pg_result *rows = version_store_queue(f->ctx, f->pg, &heads, &made.id);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 3);
    struct seen_version newest, first;
    version_store_read(f->ctx, rows, 0, &newest);
    version_store_read(f->ctx, rows, 2, &first);
    assert_int_equal(newest.is.no, 3);
    assert_string_equal(newest.is.reason, "Nhầm nữa");
    assert_string_equal(newest.author_name, "Cán Bộ");
    assert_int_equal(first.is.no, 1);
    assert_null(first.is.reason);
    assert_string_equal(first.author_name, "Bí Thư");
    assert_int_equal(first.is.at_us, 70);
}

static void test_a_document_with_one_file_lists_it(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope heads = {.heads = (struct uuid[]){BRANCH_10B}, .n_heads = 1}, nobody = {0};
    struct document made = whole();
    keep(f, &made);
    struct pg_result *rows = version_store_queue(f->ctx, f->pg, &heads, &made.id),
                     *none = version_store_queue(f->ctx, f->pg, &nobody, &made.id);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_rows(none), 0);
    struct seen_version only;
    version_store_read(f->ctx, rows, 0, &only);
    assert_int_equal(only.is.no, 1);
    assert_int_equal(only.is.content.bytes, made.content.bytes);
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static struct document numbered(uint8_t id, const char *number)
{
    struct document document = document_of(id, INTERNAL, DRAFT);
    document.number = number;
    document.number_since = 20454;
    return document;
}

/* Whether it may be kept beside what is there. */
static bool is_free(struct fixture *f, const struct document *document)
{
    struct loop_batch *batch = load(f, &document->id);
    document_batch_keep(documents_of(batch), document);
    enum err err = parts_write(f->pg, batch);
    if (!err)
        return true;
    assert_int_equal(err, ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "document_number_taken");
    return false;
}

static void test_a_number_is_given_once_for_a_kind_and_term(void **state)
{
    struct fixture *f = *state;
    const struct document first = numbered(1, "1-NQ/ĐU");
    static const char *const SAME[] = {"1-NQ/ĐU", " 1-nq/đu ", "1-NQ/Đu"};
    keep(f, &first);
    for (uint8_t i = 0; i < ARRAY_LENGTH(SAME); i++) {
        struct document same = numbered((uint8_t)(10 + i), SAME[i]);
        if (is_free(f, &same))
            fail_msg("'%s' is free", SAME[i]);
    }
    struct document none = numbered(20, NULL), other = numbered(21, "2-NQ/ĐU"), elsewhere = numbered(22, first.number),
                    kind = numbered(23, first.number), term = numbered(24, first.number);
    elsewhere.organization = BRANCH_4;
    kind.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE;
    term.number_since = 20819;
    const struct document *FREE[] = {&none, &other, &elsewhere, &kind, &term};
    for (size_t i = 0; i < ARRAY_LENGTH(FREE); i++)
        if (!is_free(f, FREE[i]))
            fail_msg("number of %zu is taken", i);
}

static void test_a_withdrawn_number_is_free_for_its_successor(void **state)
{
    struct fixture *f = *state;
    struct document withdrawn = numbered(9, "1-NQ"), stranger = numbered(2, "1-NQ"), successor = numbered(3, "1-NQ");
    withdrawn.state = (Pb__DocumentState)WITHDRAWN;
    keep(f, &withdrawn);
    assert_false(is_free(f, &stranger));
    struct loop_batch *batch = new_batch(f);
    document_batch_want(documents_of(batch), &successor.id); /* whichever is wanted first */
    document_batch_want(documents_of(batch), &withdrawn.id);
    parts_load(f->pg, batch);
    struct document succeeded = document_succeed(&withdrawn, &successor);
    document_batch_keep(documents_of(batch), &successor);
    document_batch_keep(documents_of(batch), &succeeded);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    assert_false(is_free(f, &stranger));

    batch = load(f, &successor.id);
    const struct document *found = document_batch_get(documents_of(batch), &successor.id);
    assert_int_equal(found->n_replaces, 1);
    assert_true(uuid_equal(&found->replaces[0].id, &withdrawn.id));
    assert_string_equal(found->replaces[0].number, "1-NQ");
    must(f->pg, "ROLLBACK");
    batch = load(f, &withdrawn.id);
    assert_false(document_batch_get(documents_of(batch), &withdrawn.id)->is_succeeded); /* it is a draft yet */
    must(f->pg, "ROLLBACK");
}

static void test_a_discarded_drafts_number_is_free_at_once(void **state)
{
    struct fixture *f = *state;
    struct document withdrawn = numbered(9, "1-NQ"), draft = numbered(2, "1-NQ"), next = numbered(3, "2-NQ");
    withdrawn.state = (Pb__DocumentState)WITHDRAWN;
    withdrawn.replaced_by = draft.id;
    keep(f, &withdrawn);
    keep(f, &draft);
    struct loop_batch *batch = load(f, &draft.id);
    document_batch_discard(documents_of(batch), &draft.id);
    assert_null(document_batch_get(documents_of(batch), &draft.id));
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    batch = load(f, &draft.id);
    assert_null(document_batch_get(documents_of(batch), &draft.id));
    must(f->pg, "ROLLBACK");
    batch = load(f, &withdrawn.id);
    assert_true(uuid_is_zero(&document_batch_get(documents_of(batch), &withdrawn.id)->replaced_by));
    must(f->pg, "ROLLBACK");
    next.number = "1-NQ";
    assert_false(is_free(f, &next)); /* it is the withdrawn one's again */
    next.number = "2-NQ";
    assert_true(is_free(f, &next));
}

/* Two documents and more, loaded as commands of one batch would have them. */
static struct loop_batch *load_all(struct fixture *f, const struct document *const documents[], size_t n)
{
    struct loop_batch *batch = new_batch(f);
    for (size_t i = 0; i < n; i++)
        document_batch_want(documents_of(batch), &documents[i]->id);
    parts_load(f->pg, batch);
    return batch;
}

static void succeed(struct loop_batch *batch, const struct document *old, const struct document *by)
{
    struct document succeeded = document_succeed(document_batch_get(documents_of(batch), &old->id), by);
    document_batch_keep(documents_of(batch), by);
    document_batch_keep(documents_of(batch), &succeeded);
}

static struct uuid successor_of(struct fixture *f, const struct document *old)
{
    struct loop_batch *batch = load(f, &old->id);
    struct uuid by = document_batch_get(documents_of(batch), &old->id)->replaced_by;
    must(f->pg, "ROLLBACK");
    return by;
}

static struct document withdrawn_with_number(struct fixture *f)
{
    struct document old = numbered(9, "1-NQ");
    old.state = (Pb__DocumentState)WITHDRAWN;
    keep(f, &old);
    return old;
}

static void test_who_is_succeeded_by_another_number_keeps_his(void **state)
{
    struct fixture *f = *state;
    const struct document old = withdrawn_with_number(f), stranger = numbered(2, "1-NQ");
    struct document draft = numbered(3, "2-NQ");
    struct loop_batch *batch = load_all(f, (const struct document *const[]){&old, &draft}, 2);
    succeed(batch, &old, &draft);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    assert_false(is_free(f, &stranger));
    draft.number = " 1-nq"; /* his, as numbers are compared */
    keep(f, &draft);
    assert_false(is_free(f, &stranger));
    draft.number = NULL;
    keep(f, &draft);
    assert_false(is_free(f, &stranger));

    batch = load(f, &draft.id);
    document_batch_discard(documents_of(batch), &draft.id);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK); /* nobody has taken the number meanwhile */
    assert_false(is_free(f, &stranger));
}

static void test_a_draft_that_is_made_and_discarded_in_one_batch_succeeds_nobody(void **state)
{
    struct fixture *f = *state;
    const struct document old = withdrawn_with_number(f), draft = numbered(3, "1-NQ");
    struct loop_batch *batch = load_all(f, (const struct document *const[]){&old, &draft}, 2);
    succeed(batch, &old, &draft);
    document_batch_discard(documents_of(batch), &draft.id);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    struct uuid by = successor_of(f, &old);
    assert_true(uuid_is_zero(&by));
}

static void test_what_a_discarded_draft_was_to_replace_waits_for_another_in_the_same_batch(void **state)
{
    struct fixture *f = *state;
    const struct document old = withdrawn_with_number(f), draft = numbered(3, "1-NQ"), next = numbered(4, "1-NQ");
    struct loop_batch *batch = load_all(f, (const struct document *const[]){&old, &draft}, 2);
    succeed(batch, &old, &draft);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);

    batch = load_all(f, (const struct document *const[]){&draft, &next}, 2); /* the old one comes with its successor */
    document_batch_discard(documents_of(batch), &draft.id);
    assert_true(uuid_is_zero(&document_batch_get(documents_of(batch), &old.id)->replaced_by));
    succeed(batch, &old, &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    struct uuid by = successor_of(f, &old);
    assert_true(uuid_equal(&by, &next.id));
}

static bool names_successor(const struct loop_batch *batch, const struct document *old)
{
    return document_batch_get(documents_of(batch), &old->id)->is_succeeded;
}

/* What an outcome says of the old one, in the batch that changes its successor, is what will be read of it. */
static void test_whether_a_successor_is_named_follows_it(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int classification, state;
        bool is_hidden, is_named;
    } STEPS[] = {{INTERNAL, PUBLISHED, false, true},
                 {RESTRICTED, PUBLISHED, false, false},
                 {INTERNAL, WITHDRAWN, false, true},
                 {INTERNAL, WITHDRAWN, true, false}};
    const struct document old = withdrawn_with_number(f);
    struct document by = numbered(3, "1-NQ");
    struct loop_batch *batch = load_all(f, (const struct document *const[]){&old, &by}, 2);
    succeed(batch, &old, &by);
    assert_false(names_successor(batch, &old));
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    for (size_t i = 0; i < ARRAY_LENGTH(STEPS); i++) {
        by.classification = (Pb__Classification)STEPS[i].classification;
        by.state = (Pb__DocumentState)STEPS[i].state;
        by.is_hidden = STEPS[i].is_hidden;
        batch = load(f, &by.id);
        document_batch_keep(documents_of(batch), &by);
        assert_int_equal(names_successor(batch, &old), STEPS[i].is_named);
        assert_int_equal(parts_write(f->pg, batch), ERR_OK);
        batch = load(f, &old.id);
        assert_int_equal(names_successor(batch, &old), STEPS[i].is_named);
        must(f->pg, "ROLLBACK");
    }
}

/* --- how many read it --------------------------------------------------------------------------------------------- */

static void test_readers_are_counted_by_audience(void **state)
{
    struct fixture *f = *state;
    static const int32_t secretary = PB__ROLE__ROLE_SECRETARY;
    const struct {
        const char *what;
        struct audience audience;
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
    struct loop_batch *batch = new_batch(f);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct uuid message = {{(uint8_t)(i + 1)}}, document = {{0x99}};
        readers_want(batch, &(struct readers_asked){.message = message,
                                                    .document = document,
                                                    .audience = &CASES[i].audience,
                                                    .has_classification = true,
                                                    .classification = (Pb__Classification)CASES[i].classification});
    }
    parts_load(f->pg, batch);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct uuid message = {{(uint8_t)(i + 1)}};
        if (readers_counted(batch, &message) != CASES[i].n)
            fail_msg("%s: %lld", CASES[i].what, (long long)readers_counted(batch, &message));
    }
    must(f->pg, "ROLLBACK");
}

static void test_a_changed_classification_counts_the_audience_so_far(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    const struct uuid message = {{5}};
    keep(f, &made);
    struct loop_batch *batch = new_batch(f);
    readers_want(batch, &(struct readers_asked){.message = message,
                                                .document = made.id,
                                                .has_classification = true,
                                                .classification = (Pb__Classification)PUBLIC});
    parts_load(f->pg, batch);
    assert_int_equal(readers_counted(batch, &message), 4);
    must(f->pg, "ROLLBACK");
}

static void test_hosts_count_who_keeps_their_drafts(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    made.audience.organizations = &BRANCH_4;
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    const struct host *host = host_get(batch, &BRANCH_10B);
    assert_non_null(host);
    assert_int_equal(host->keepers, 2); /* its secretary, and the officer of the ward */
    assert_int_equal(host->org.n_path, 3);
    assert_non_null(host_get(batch, &BRANCH_4)); /* the label says its name */
    must(f->pg, "ROLLBACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_written_is_read_back),
        CASE(test_a_file_takes_the_place_of_a_text),
        CASE(test_every_file_stays),
        CASE(test_a_document_with_one_file_lists_it),
        CASE(test_a_number_is_given_once_for_a_kind_and_term),
        CASE(test_a_withdrawn_number_is_free_for_its_successor),
        CASE(test_a_discarded_drafts_number_is_free_at_once),
        CASE(test_who_is_succeeded_by_another_number_keeps_his),
        CASE(test_whether_a_successor_is_named_follows_it),
        CASE(test_a_draft_that_is_made_and_discarded_in_one_batch_succeeds_nobody),
        CASE(test_what_a_discarded_draft_was_to_replace_waits_for_another_in_the_same_batch),
        CASE(test_readers_are_counted_by_audience),
        CASE(test_a_changed_classification_counts_the_audience_so_far),
        CASE(test_hosts_count_who_keeps_their_drafts),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
