/* The audit against a real PostgreSQL: what commands add to it, who reads it, that it cannot be changed by the way, and
 * that whoever changes it behind its back is found. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_command.h"
#include "services/auth/audit/audit_query.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/audit/audit_store.h"
#include "services/auth/grant/grant_commands.h"
#include "services/auth/membership/membership_commands.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/tree/tree_commands.h"
#include "services/auth/tree/tree_set.h"
#include "sotay/v1/auth.pb-c.h"

#include <pthread.h>
#include <string.h>

static const struct loop_part *const PARTS[] = {&TREE_BIRTHS_PART, &MEMBERSHIP_PART, &MEMBERSHIP_COMMANDS_PART,
                                                &GRANT_PART,       &TREE_PART,       &TREE_COMMANDS_PART,
                                                &AUDIT_PART};

static void say(struct fixture *f, const struct uuid *actor, const struct uuid *aggregate, const ProtobufCMessage *body)
{
    struct loop_slot slot;
    const struct command command = {PARTS, ARRAY_LENGTH(PARTS), *actor, *aggregate, body, 0};
    assert_int_equal(command_say(f, &command, &slot), ERR_OK);
}

static void rename_branch(struct fixture *f, const char *name)
{
    Pb__EditOrganization body = PB__EDIT_ORGANIZATION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.name = mem_text(f->ctx, name);
    say(f, admin_id(), &BRANCH, &body.base);
}

static void put_position(struct fixture *f)
{
    Pb__PutPosition body = PB__PUT_POSITION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.member_id = uuid_to_pb(f->ctx, &MEMBER);
    body.role = PB__ROLE__ROLE_COMMITTEE_MEMBER;
    say(f, admin_id(), &BRANCH, &body.base);
}

static void end_position(struct fixture *f)
{
    Pb__EndPosition body = PB__END_POSITION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.member_id = uuid_to_pb(f->ctx, &MEMBER);
    say(f, admin_id(), &BRANCH, &body.base);
}

static void close_branch(struct fixture *f)
{
    Pb__CloseOrganization body = PB__CLOSE_ORGANIZATION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.has_into_id = true;
    body.into_id = uuid_to_pb(f->ctx, &OTHER_BRANCH);
    body.reason = mem_text(f->ctx, "Sáp nhập");
    say(f, admin_id(), &BRANCH, &body.base);
}

static const struct uuid *root_id(void)
{
    static struct uuid id;
    id = organization_id_of("R");
    return &id;
}

static struct audit_verdict verify(struct fixture *f)
{
    struct audit_verdict verdict;
    assert_int_equal(audit_verify(f->pg, &verdict), ERR_OK);
    return verdict;
}

static Pb__AuditList *list(struct fixture *f, Pb__ListAudit *body, const struct uuid *administers)
{
    Pb__Grant grant = PB__GRANT__INIT, *grants = &grant;
    Pb__Scope scope = PB__SCOPE__INIT;
    grant.role = PB__ROLE__ROLE_ADMIN;
    grant.organization_id = uuid_to_pb(f->ctx, administers);
    scope.grants = &grants;
    scope.n_grants = 1;
    struct query query = {.ctx = f->ctx, .pg = f->pg, .scope = &scope, .body = &body->base};
    assert_int_equal(AUDIT_QUERIES.rows[0].answer(&query), ERR_OK);
    return (Pb__AuditList *)query.reply;
}

static void test_every_change_adds_its_rows_to_one_chain(void **state)
{
    static const int EXPECTED[] = {
        PB__AUDIT_ACTION__AUDIT_ACTION_ORGANIZATION_CHANGED,
        PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_GIVEN,
        PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_ENDED,
    };
    struct fixture *f = *state;
    Pb__ListAudit body = PB__LIST_AUDIT__INIT;
    rename_branch(f, "Chi bộ A");
    rename_branch(f, "Chi bộ A"); /* the same again adds nothing */
    put_position(f);
    end_position(f);
    const Pb__AuditList *rows = list(f, &body, &WARD);
    assert_int_equal(rows->n_items, ARRAY_LENGTH(EXPECTED));
    for (size_t i = 0; i < rows->n_items; i++)
        assert_int_equal(rows->items[rows->n_items - 1 - i]->action, EXPECTED[i]);
    assert_memory_equal(rows->items[0]->previous_hash.data, rows->items[1]->hash.data, AUDIT_HASH_BYTES);
    assert_string_equal(rows->items[0]->actor->full_name, "Quản Trị");
    const struct audit_verdict verdict = verify(f);
    assert_null(verdict.broken);
    assert_int_equal(verdict.rows, 3);
    assert_memory_equal(verdict.last.hash, rows->items[0]->hash.data, AUDIT_HASH_BYTES);
}

static void test_an_end_tells_of_the_organisation_and_of_each_who_moved(void **state)
{
    struct fixture *f = *state;
    close_branch(f);
    assert_int_equal(number(f, "SELECT count(*) FROM audit WHERE action = 9 AND subject_id = " ID("b1")), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM audit WHERE action = 2 AND subject_type = 0"), 3);
    assert_int_equal(number(f, "SELECT count(*) FROM audit WHERE action = 5"), 2);
    assert_null(verify(f).broken);
}

static void test_an_administrator_reads_page_by_page_what_is_below_him(void **state)
{
    struct fixture *f = *state;
    Pb__ListAudit body = PB__LIST_AUDIT__INIT;
    rename_branch(f, "Chi bộ A");
    rename_branch(f, "Chi bộ B");
    rename_branch(f, "Chi bộ C");
    body.limit = 2;
    const Pb__AuditList *first = list(f, &body, &WARD);
    assert_int_equal(first->n_items, 2);
    assert_true(first->has_next_cursor);
    body.has_cursor = true;
    body.cursor = first->next_cursor;
    const Pb__AuditList *second = list(f, &body, &WARD);
    assert_int_equal(second->n_items, 1);
    assert_false(second->has_next_cursor);
    body.has_cursor = false;
    assert_int_equal(list(f, &body, &OTHER_WARD)->n_items, 0);
    body.has_subject_id = true;
    body.subject_id = uuid_to_pb(f->ctx, &MEMBER);
    assert_int_equal(list(f, &body, &WARD)->n_items, 0);
}

static void assert_plan(struct fixture *f, const char *name, const char *index)
{
    const char *plan = plan_of(f, "force_generic_plan",
                               mem_printf(f->ctx, "%s(NULL, 1000000, 0, 1000000, NULL, NULL, 21)", name));
    if (strstr(plan, "Seq Scan on audit") || !strstr(plan, index))
        fail_msg("%s", plan);
}

/* A chain of years: 200 organisations' rows, one after the other. */
static void test_no_page_walks_the_chain(void **state)
{
    struct fixture *f = *state;
    Pb__ListAudit body = PB__LIST_AUDIT__INIT;
    must_all(f->pg, "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
                    " SELECT x.id, 1, 'X' || x.n, 'Chi bộ', 3, w.id, w.path || x.id, 1 FROM organization w,"
                    "    (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 200) n) x WHERE w.code = 'V';"
                    "SET session_replication_role = replica;"
                    "INSERT INTO audit SELECT row_number() OVER (), 1, NULL, 0, 0, gen_random_uuid(), o.id,"
                    "    gen_random_uuid(), ''::bytea, ''::bytea FROM generate_series(1, 100), organization o"
                    "  WHERE o.code LIKE 'X%';"
                    "SET session_replication_role = origin; ANALYZE audit; ANALYZE organization;");
    body.limit = 20;
    assert_int_equal(list(f, &body, &WARD)->n_items, 0);
    assert_int_equal(list(f, &body, &OTHER_WARD)->n_items, 20);
    assert_int_equal(list(f, &body, root_id())->n_items, 20);
    body.has_actor_id = true;
    body.actor_id = uuid_to_pb(f->ctx, &MEMBER);
    assert_int_equal(list(f, &body, &OTHER_WARD)->n_items, 0);
    body.has_subject_id = true;
    body.subject_id = uuid_to_pb(f->ctx, &MEMBER);
    assert_int_equal(list(f, &body, &OTHER_WARD)->n_items, 0);
    assert_plan(f, "audit_list_within", "audit_organization");
    assert_plan(f, "audit_list_all", "Index Scan Backward using audit_pkey");
    assert_plan(f, "audit_list_actor", "audit_actor");
    assert_plan(f, "audit_list_subject", "audit_subject");
}

enum { WRITERS = 4, TRANSACTIONS = 25, ROWS = 3 };

/* On a connection of its own, several rows in each transaction. */
static void *write_rows(void *failed)
{
    TALLOC_CTX *ctx = mem_context(NULL, "writer");
    struct pg *pg = pg_new(ctx, conninfo, NULL, DEADLINE_MS);
    const struct audit audit = {.at_us = 1, .subject = MEMBER, .organization = BRANCH, .message = {{1}}};
    for (int i = 0; i < TRANSACTIONS && !*(enum err *)failed; i++) {
        struct pg_args *args = audit_store_add(ctx);
        for (int row = 0; row < ROWS; row++)
            audit_store_add_row(args, &audit);
        pg_queue_sql(pg, "BEGIN");
        pg_queue(pg, args);
        pg_queue_sql(pg, "COMMIT");
        *(enum err *)failed = pg_flush(pg);
    }
    mem_free(ctx);
    return NULL;
}

static void test_who_adds_at_once_adds_one_behind_the_other(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[WRITERS];
    enum err failed[WRITERS] = {ERR_OK};
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_rows, &failed[i]), 0);
    for (size_t i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(failed[i], ERR_OK);
    }
    const struct audit_verdict verdict = verify(f);
    assert_null(verdict.broken);
    assert_int_equal(verdict.rows, WRITERS * TRANSACTIONS * ROWS);
}

static void test_rows_are_only_added(void **state)
{
    static const char *const STATEMENTS[] = {"UPDATE audit SET at_us = 0", "DELETE FROM audit", "TRUNCATE audit"};
    struct fixture *f = *state;
    rename_branch(f, "Chi bộ A");
    for (size_t i = 0; i < ARRAY_LENGTH(STATEMENTS); i++) {
        pg_queue_sql(f->pg, STATEMENTS[i]);
        assert_int_not_equal(pg_flush(f->pg), ERR_OK);
    }
    assert_int_equal(verify(f).rows, 1);
}

static void test_whoever_alters_the_chain_behind_its_back_is_found(void **state)
{
    static const struct {
        const char *statement;
        int64_t broken_number;
    } CASES[] = {
        {"UPDATE audit SET actor_id = " ID("52") " WHERE number = 2", 2},
        {"UPDATE audit SET action = 8 WHERE number = 1", 1},
        {"UPDATE audit SET hash = previous_hash WHERE number = 3", 3},
        {"UPDATE audit SET previous_hash = hash WHERE number = 3", 3},
        {"DELETE FROM audit WHERE number = 2", 3},
        {"DELETE FROM audit WHERE number = 1", 2},
        {"UPDATE audit SET at_us = at_us + 1, hash = sha256('x') WHERE number = 2", 2},
    };
    struct fixture *f = *state;
    rename_branch(f, "Chi bộ A");
    rename_branch(f, "Chi bộ B");
    rename_branch(f, "Chi bộ C");
    assert_null(verify(f).broken);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        must(f->pg, "BEGIN");
        must(f->pg, "SET LOCAL session_replication_role = replica");
        must(f->pg, CASES[i].statement);
        const struct audit_verdict verdict = verify(f);
        assert_non_null(verdict.broken);
        assert_int_equal(verdict.broken_number, CASES[i].broken_number);
        must(f->pg, "ROLLBACK");
    }
    assert_null(verify(f).broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(test_every_change_adds_its_rows_to_one_chain),
        WITH_PEOPLE(test_an_end_tells_of_the_organisation_and_of_each_who_moved),
        WITH_PEOPLE(test_an_administrator_reads_page_by_page_what_is_below_him),
        WITH_PEOPLE(test_no_page_walks_the_chain),
        WITH_PEOPLE(test_who_adds_at_once_adds_one_behind_the_other),
        WITH_PEOPLE(test_rows_are_only_added),
        WITH_PEOPLE(test_whoever_alters_the_chain_behind_its_back_is_found),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
