/* Consents, looks, recoveries, exports and how long all is kept, against a real PostgreSQL. Each case begins as
 * auth_fixture.c says: Quản Trị (00) is the administrator of the root R, and belongs to it. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/regain_store.h"
#include "services/auth/consent/consent_store.h"
#include "services/auth/export/export_store.h"
#include "services/auth/export/own_record_store.h"
#include "services/auth/look/look_store.h"
#include "services/auth/member/member.h"
#include "services/auth/organization/organization.h"
#include "services/auth/retention/retention_store.h"

static int64_t count(struct fixture *f, const char *table)
{
    static const struct pg_statement CONSENTS = {.name = "count_consents", .sql = "SELECT count(*) FROM consent"},
                                     LOOKS = {.name = "count_looks", .sql = "SELECT count(*) FROM look"};
    struct pg_result *r;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, table[0] == 'c' ? &CONSENTS : &LOOKS), &r), ERR_OK);
    return pg_get_int8(r, 0, 0);
}

/* --- consents --- */

static void put_consent(struct fixture *f, uint8_t id, const char *purpose, bool granted, int64_t at_us)
{
    const struct uuid member = member_id_of("00"), message = {{id}};
    struct pg_args *put = consent_store_put(f->ctx);
    consent_store_put_add(put, &member, &message, &(struct consent){purpose, granted, "1", at_us});
    pg_queue(f->pg, put);
    must_flush(f->pg);
}

static void test_every_answer_is_kept_and_the_newest_counts(void **state)
{
    struct fixture *f = *state;
    const struct uuid member = member_id_of("00");
    struct consent found;
    put_consent(f, 1, "statistics", true, 5);
    put_consent(f, 2, "statistics", false, 9);
    put_consent(f, 3, "processing", true, 7);
    struct pg_result *rows = consent_store_newest_queue(f->pg, f->ctx, &member, 1);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 2);
    (void)consent_store_read(f->ctx, rows, 1, &found);
    assert_string_equal(found.purpose, "statistics");
    assert_true(!found.granted && found.at_us == 9);
    assert_int_equal(count(f, "consent"), 3);
}

/* --- looks --- */

static void look_at(struct fixture *f, uint8_t subject, Pb__LookWhat what, int64_t at_us)
{
    struct pg_args *put = look_store_put(f->ctx);
    look_store_put_add(put, &(struct look_row){.subject = {{subject}},
                                               .actor = member_id_of("00"),
                                               .organization = organization_id_of("R"),
                                               .role = PB__ROLE__ROLE_ADMIN,
                                               .what = what,
                                               .at_us = at_us});
    pg_queue(f->pg, put);
    must_flush(f->pg);
}

static Pb__LookList page(struct fixture *f, const struct keyset *before, uint32_t limit)
{
    const struct uuid subject = {{1}};
    Pb__LookList list = PB__LOOK_LIST__INIT;
    assert_int_equal(look_store_page(f->pg, f->ctx, &subject, before, limit, &list), ERR_OK);
    return list;
}

static void test_of_an_hours_looks_the_first_is_kept(void **state)
{
    struct fixture *f = *state;
    look_at(f, 1, PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST, 1);
    look_at(f, 1, PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST, CLOCK_HOUR_US - 1);
    look_at(f, 1, PB__LOOK_WHAT__LOOK_WHAT_PROFILE, 2);
    look_at(f, 2, PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST, 3);
    assert_int_equal(count(f, "look"), 3);
    look_at(f, 1, PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST, CLOCK_HOUR_US);
    assert_int_equal(count(f, "look"), 4);
}

static void test_looks_are_read_from_the_newest_page_after_page(void **state)
{
    struct fixture *f = *state;
    struct keyset before = {.at_us = INT64_MAX};
    for (int64_t hour = 1; hour <= 3; hour++)
        look_at(f, 1, PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST, hour * CLOCK_HOUR_US);
    Pb__LookList first = page(f, &before, 2);
    assert_int_equal(first.n_items, 2);
    assert_int_equal(first.items[0]->at_us, 3 * CLOCK_HOUR_US);
    assert_string_equal(first.items[0]->actor->full_name, "Quản Trị");
    assert_true(first.has_next_cursor);
    assert_int_equal(keyset_decode(first.next_cursor, &before), ERR_OK);
    Pb__LookList rest = page(f, &before, 2);
    assert_int_equal(rest.n_items, 1);
    assert_int_equal(rest.items[0]->at_us, CLOCK_HOUR_US);
    assert_false(rest.has_next_cursor);
}

/* --- recoveries --- */

static struct regain add_recovery(struct fixture *f, uint8_t id, bool heard, int64_t now_us)
{
    const struct uuid member = member_id_of("00"), key = {{id}};
    const struct regain regain = regain_new(&key, &member, heard, now_us);
    regain_store_add_queue(f->pg, f->ctx, &regain, &member, "Mất máy");
    must_flush(f->pg);
    return regain;
}

static struct regain_subject find(struct fixture *f)
{
    const struct uuid member = member_id_of("00");
    struct regain_subject subject;
    assert_int_equal(regain_store_find(f->pg, f->ctx, &member, 10, &subject), ERR_OK);
    return subject;
}

static void test_the_newest_recovery_is_found_with_what_decides_how_long_it_waits(void **state)
{
    struct fixture *f = *state;
    assert_true(find(f).found && !find(f).activated && !find(f).has_live_session && !find(f).has_newest);
    must(f->pg, "INSERT INTO account SELECT id, 'hash', NULL, 1, 2 FROM member");
    must(f->pg, "INSERT INTO session (id, member_id, created_at_us, last_used_at_us)"
                " SELECT gen_random_uuid(), id, 1, 11 FROM member");
    add_recovery(f, 1, true, 5);
    const struct regain newest = add_recovery(f, 2, false, 6);
    assert_true(find(f).activated && find(f).has_live_session && find(f).has_newest);
    const struct regain found = find(f).newest;
    assert_true(uuid_equal(&found.id, &newest.id));
    assert_int_equal(found.expires_at_us, newest.expires_at_us);
    must(f->pg, "UPDATE session SET last_used_at_us = 10");
    assert_false(find(f).has_live_session);
    must(f->pg, "UPDATE member SET status = 3");
    assert_false(find(f).found);
}

static void test_a_recovery_is_objected_to_while_it_waits_and_used_once_it_is_ready(void **state)
{
    struct fixture *f = *state;
    const struct uuid member = member_id_of("00");
    struct regain regain = add_recovery(f, 1, true, 5);
    bool done = true;
    assert_int_equal(regain_store_use(f->pg, f->ctx, &regain.id, regain.ready_at_us - 1, &done), ERR_OK);
    assert_false(done);
    assert_int_equal(regain_store_object(f->pg, f->ctx, &member, regain.ready_at_us, &done), ERR_OK);
    assert_false(done);
    assert_int_equal(regain_store_use(f->pg, f->ctx, &regain.id, regain.ready_at_us, &done), ERR_OK);
    assert_true(done);
    assert_int_equal(regain_store_use(f->pg, f->ctx, &regain.id, regain.ready_at_us, &done), ERR_OK);
    assert_false(done);
    regain = add_recovery(f, 2, true, 7);
    assert_int_equal(regain_store_object(f->pg, f->ctx, &member, regain.ready_at_us - 1, &done), ERR_OK);
    assert_true(done);
    assert_int_equal(regain_store_use(f->pg, f->ctx, &regain.id, regain.ready_at_us, &done), ERR_OK);
    assert_false(done);
}

/* --- exports --- */

static void test_a_member_takes_with_him_what_nothing_else_shows(void **state)
{
    struct fixture *f = *state;
    const struct uuid member = member_id_of("00");
    Pb__OwnRecord *record;
    must_all(f->pg,
             "UPDATE member SET born_on = 10, gender = 1;"
             "INSERT INTO member_past SELECT id, 0, 1, branch_id, 1, false FROM member;"
             "INSERT INTO transfer (id, version, member_id, from_branch_id, to_branch_id, kind, reason, state,"
             "    created_at_us) SELECT gen_random_uuid(), 1, id, branch_id, branch_id, 0, 'Nhà mới', 1, 5 FROM member;"
             "INSERT INTO party_group SELECT gen_random_uuid(), branch_id, 0, 'Tổ 1', id FROM member;"
             "INSERT INTO party_group_member SELECT m.id, g.id FROM member m, party_group g;");
    put_consent(f, 1, "statistics", true, 1);
    put_consent(f, 2, "statistics", false, 2);
    const struct regain asked = add_recovery(f, 1, true, 5);
    assert_int_equal(own_record_store_read(f->pg, f->ctx, &member, asked.ready_at_us, &record), ERR_OK);
    assert_true(record->has_date_of_birth && record->date_of_birth == 10 && !record->has_joined_on);
    assert_int_equal(record->gender, PB__GENDER__GENDER_FEMALE);
    assert_int_equal(record->n_branches, 2);
    assert_int_equal(record->branches[0]->status, PB__MEMBER_STATUS__MEMBER_STATUS_PROBATIONARY);
    assert_true(record->branches[0]->has_to_us && !record->branches[1]->has_to_us);
    assert_int_equal(record->n_positions, 1);
    assert_int_equal(record->positions[0]->role, PB__ROLE__ROLE_ADMIN);
    assert_true(record->group->is_head);
    assert_string_equal(record->transfers[0]->reason, "Nhà mới");
    assert_int_equal(record->n_recoveries, 1);
    assert_int_equal(record->recoveries[0]->recovery->state, PB__RECOVERY_STATE__RECOVERY_STATE_READY);
    assert_string_equal(record->recoveries[0]->asked_by->full_name, "Quản Trị");
    assert_int_equal(record->n_answers, 2);
    assert_true(record->answers[0]->granted && !record->answers[1]->granted);
    assert_int_equal(own_record_store_read(f->pg, f->ctx, &asked.id, 0, &record), ERR_OK);
    assert_null(record);
}

static void test_an_export_is_found_by_its_member_until_it_expires(void **state)
{
    struct fixture *f = *state;
    struct own_export export = {{{1}}, {{2}}, 10};
    struct pg_args *put = export_store_put(f->ctx);
    bool found = false;
    export_store_put_add(put, &export);
    pg_queue(f->pg, put);
    must_flush(f->pg);
    export.expires_at_us = 0;
    assert_int_equal(export_store_find(f->pg, f->ctx, 9, &export, &found), ERR_OK);
    assert_true(found && export.expires_at_us == 10);
    assert_int_equal(export_store_find(f->pg, f->ctx, 10, &export, &found), ERR_OK);
    assert_false(found);
    export.member.bytes[0] = 3;
    assert_int_equal(export_store_find(f->pg, f->ctx, 9, &export, &found), ERR_OK);
    assert_false(found);
}

/* --- what is kept for a time --- */

#define DAY "86400000000"

/* One row that is just over and one that is not, a thousand days after 1970, in each table. */
static void fill_old_and_young(struct fixture *f)
{
    must(f->pg, "INSERT INTO look SELECT id, (1000 - d) * " DAY ", id, 0, branch_id, 0, NULL, d, gen_random_uuid()"
                " FROM member, unnest(ARRAY[731::int8, 729]) d WHERE card_number = '00'");
    must(f->pg, "INSERT INTO own_export SELECT gen_random_uuid(), gen_random_uuid(), d * " DAY
                " FROM unnest(ARRAY[999::int8, 1001]) d");
    must(f->pg, "INSERT INTO link_code SELECT gen_random_uuid(), d::text::bytea, gen_random_uuid(), d * " DAY
                " FROM unnest(ARRAY[998::int8, 1000]) d");
    must(f->pg,
         "INSERT INTO login_throttle SELECT d::text::bytea, 1, d * " DAY " FROM unnest(ARRAY[997::int8, 999]) d");
    must(f->pg, "INSERT INTO activation_code SELECT gen_random_uuid(), '', 0, d * " DAY
                " FROM unnest(ARRAY[634::int8, 636]) d");
    must(f->pg,
         "INSERT INTO recovery SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', 0, 0, d * " DAY
         " FROM unnest(ARRAY[634::int8, 636]) d");
    must(f->pg, "INSERT INTO session (id, member_id, created_at_us, last_used_at_us, ended_at_us)"
                " SELECT gen_random_uuid(), gen_random_uuid(), 0, 0, d * " DAY " FROM unnest(ARRAY[879, 881, NULL]) d");
    must(f->pg, "INSERT INTO refresh_token (token_hash, session_id, issued_at_us)"
                " SELECT id::text::bytea, id, 0 FROM session");
}

static void test_what_is_over_goes_and_what_is_not_stays(void **state)
{
    static const struct pg_statement KEPT = {
        .name = "kept",
        .sql = "SELECT (SELECT count(*) FROM look), (SELECT count(*) FROM own_export),"
               " (SELECT count(*) FROM link_code), (SELECT count(*) FROM login_throttle),"
               " (SELECT count(*) FROM activation_code), (SELECT count(*) FROM recovery),"
               " (SELECT count(*) FROM session), (SELECT count(*) FROM refresh_token)"};
    static const int64_t YOUNG[] = {1, 1, 1, 1, 1, 1, 2, 2};
    struct fixture *f = *state;
    struct pg_result *r;
    size_t n = 0;
    fill_old_and_young(f);
    assert_int_equal(retention_turn(f->pg, f->ctx, 1000 * CLOCK_DAY_US, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &KEPT), &r), ERR_OK);
    for (int i = 0; i < (int)ARRAY_LENGTH(YOUNG); i++)
        assert_int_equal(pg_get_int8(r, 0, i), YOUNG[i]);
    assert_int_equal(retention_turn(f->pg, f->ctx, 1000 * CLOCK_DAY_US, &n), ERR_OK);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_every_answer_is_kept_and_the_newest_counts),
        CASE(test_of_an_hours_looks_the_first_is_kept),
        CASE(test_looks_are_read_from_the_newest_page_after_page),
        CASE(test_the_newest_recovery_is_found_with_what_decides_how_long_it_waits),
        CASE(test_a_recovery_is_objected_to_while_it_waits_and_used_once_it_is_ready),
        CASE(test_a_member_takes_with_him_what_nothing_else_shows),
        CASE(test_an_export_is_found_by_its_member_until_it_expires),
        CASE(test_what_is_over_goes_and_what_is_not_stays),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
