/* services/document/schema: what a database of an older binary holds can be written on. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/loop/migrations.h"
#include "services/directory/migrations.h"
#include "services/document/migrations.h"

enum { OLD = 9 }; /* so many schema files did the older binary have */

/* Then a withdrawn document's number was free for everybody as soon as a draft was to take its place. Of 9, 1-NQ: 3 is
 * its successor, with another number, and 4 has taken it. Of 8, 5-NQ: 7 is its successor and bears it. */
static const char OLD_ROWS[] =
    "CREATE FUNCTION id(text) RETURNS uuid LANGUAGE sql AS 'SELECT rpad($1, 32, ''0'')::uuid';"
    "INSERT INTO document(id, version, kind, number, title, organization_id, author_id, classification, state,"
    " organization_ids, subtree, roles, member_ids, readers, sha256, bytes, media_type, is_text, extraction,"
    " requires_acknowledgement, created_at_us, notify, listed_at_us, dated_on, search, number_since, replaced_by)"
    " SELECT id(n), 2, 0, number, 'A', id('b1'), id('51'), 1, state, ARRAY[id('b1')], false, '{}', '{}', 1, '', 3,"
    "  'application/pdf', false, 2, false, 1, 0, 1, 20454, 'a', 20454, id(by)"
    " FROM (VALUES ('09', '1-NQ', 3, '03'), ('03', '2-NQ', 0, NULL), ('04', ' 1-nq', 1, NULL), ('08', '5-NQ', 3, '07'),"
    "  ('07', '5-NQ', 1, NULL)) v(n, number, state, by);";

static void upgrade(struct fixture *f)
{
    must(f->pg, "DROP SCHEMA public CASCADE");
    must(f->pg, "CREATE SCHEMA public");
    must(f->pg, "CREATE EXTENSION unaccent");
    MUST_MIGRATE(f->pg, common);
    MUST_MIGRATE(f->pg, directory);
    assert_int_equal(pg_migrate(f->pg, document_migrations, OLD), ERR_OK);
    must_all(f->pg, OLD_ROWS);
    MUST_MIGRATE(f->pg, document);
}

static enum err put(struct fixture *f, const struct document *document)
{
    struct loop_batch *batch = load(f, &document->id);
    document_batch_keep(documents_of(batch), document);
    return parts_write(f->pg, batch);
}

static struct document find(struct fixture *f, uint8_t id)
{
    const struct uuid wanted = {{id}};
    struct document found = *document_batch_get(documents_of(load(f, &wanted)), &wanted);
    must(f->pg, "ROLLBACK");
    return found;
}

static void test_who_has_lost_his_number_can_still_be_hidden_and_his_successor_changed(void **state)
{
    struct fixture *f = *state;
    upgrade(f);
    struct document lost = find(f, 9), draft = find(f, 3);
    assert_string_equal(lost.number, "1-NQ");
    lost.is_hidden = true;
    assert_int_equal(put(f, &lost), ERR_OK);
    draft.number = "3-NQ";
    assert_int_equal(put(f, &draft), ERR_OK);

    struct loop_batch *batch = load(f, &draft.id);
    document_batch_discard(documents_of(batch), &draft.id);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

static void test_numbers_that_are_borne_stay_guarded(void **state)
{
    struct fixture *f = *state;
    upgrade(f);
    static const char *const TAKEN[] = {"1-NQ", "5-NQ"};
    for (uint8_t i = 0; i < ARRAY_LENGTH(TAKEN); i++) {
        struct document stranger = document_of((uint8_t)(20 + i), INTERNAL, DRAFT);
        stranger.number = TAKEN[i];
        stranger.number_since = 20454;
        assert_int_equal(put(f, &stranger), ERR_CONSTRAINT);
    }
    struct document old = find(f, 8), successor = find(f, 7);
    old.is_hidden = true;
    assert_int_equal(put(f, &old), ERR_OK);
    successor.number = "6-NQ"; /* the old one takes it back */
    assert_int_equal(put(f, &successor), ERR_OK);
    struct document stranger = document_of(30, INTERNAL, DRAFT);
    stranger.number = "5-NQ";
    stranger.number_since = 20454;
    assert_int_equal(put(f, &stranger), ERR_CONSTRAINT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_has_lost_his_number_can_still_be_hidden_and_his_successor_changed),
        CASE(test_numbers_that_are_borne_stay_guarded),
    };
    return cmocka_run_group_tests_name("document schema", tests, start, stop);
}
