/* For whom letters may be made, against a real PostgreSQL. Each case begins as auth_fixture.c says: Quản Trị (00)
 * belongs to the root R and is its administrator; below it a branch B of An (01) and Bình (02). */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/account/activation_store.h"
#include "services/auth/letter/letter_store.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_store.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/position/position_store.h"

enum { NOW = 100 };
static const int32_t DEPUTY_ONLY[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY};

static void add_branch(struct fixture *f)
{
    const struct organization_row row = {.id = organization_id_of("B"),
                                         .parent_id = organization_id_of("R"),
                                         .code = "B",
                                         .name = "Chi bộ",
                                         .level = PB__LEVEL__LEVEL_BRANCH};
    organization_store_put_queue(f->pg, f->ctx, &row, 1, 1);
    static const char *const CARDS[] = {"02", "01"}, *const NAMES[] = {"Bình", "An"};
    for (size_t i = 0; i < ARRAY_LENGTH(CARDS); i++)
        member_store_add_queue(f->pg, f->ctx,
                               &(struct new_member){member_id_of(CARDS[i]), row.id, CARDS[i], NAMES[i], 1});
    must_flush(f->pg);
}

/* The card numbers of those found, one character each after the first: "12" is An and Bình. */
static const char *list(struct fixture *f, const char *organization, bool subtree, const char *named, int64_t now_us)
{
    const struct uuid root = organization_id_of("R"), member = member_id_of(named ? named : "");
    const struct letter_filter filter = {.organization = organization_id_of(organization),
                                         .subtree = subtree,
                                         .roles = DEPUTY_ONLY,
                                         .n_roles = ARRAY_LENGTH(DEPUTY_ONLY),
                                         .within = &root,
                                         .n_within = 1,
                                         .named = named ? &member : NULL,
                                         .n_named = named != NULL,
                                         .now_us = now_us};
    struct letter_row *rows;
    size_t n;
    char *found = mem_text(f->ctx, "");
    assert_int_equal(letter_store_list(f->pg, f->ctx, &filter, 10, &rows, &n), ERR_OK);
    for (size_t i = 0; i < n; i++)
        found = mem_append(found, "%s%s%s", rows[i].card_number + 1, rows[i].below ? "" : "^",
                           rows[i].needs_it ? "" : "-");
    return found;
}

static void put_code(struct fixture *f, const char *card, int64_t expires_at_us)
{
    static const uint8_t HASH[TOKEN_HASH_BYTES] = {1};
    const struct uuid member = member_id_of(card);
    assert_int_equal(activation_store_put(f->pg, f->ctx, &member, HASH, 1, expires_at_us), ERR_OK);
}

static void test_letters_are_for_those_directly_in_a_branch_or_in_a_whole_subtree(void **state)
{
    struct fixture *f = *state;
    add_branch(f);
    assert_string_equal(list(f, "B", false, NULL, NOW), "12");
    assert_string_equal(list(f, "R", false, NULL, NOW), "");
    assert_string_equal(list(f, "R", true, NULL, NOW), "12");
}

static void test_who_holds_a_live_code_gets_another_only_if_he_is_named(void **state)
{
    struct fixture *f = *state;
    add_branch(f);
    put_code(f, "01", NOW + 1);
    assert_string_equal(list(f, "B", false, NULL, NOW), "2");
    assert_string_equal(list(f, "B", false, NULL, NOW + 1), "12");
    assert_string_equal(list(f, "B", false, "01", NOW), "1");
    assert_string_equal(list(f, "B", false, "00", NOW), "");
}

static void test_who_activated_or_left_needs_none(void **state)
{
    struct fixture *f = *state;
    add_branch(f);
    must(f->pg, "INSERT INTO account SELECT id, 'hash', NULL, 1, 2 FROM member WHERE card_number = '01'");
    must(f->pg, "UPDATE member SET status = 3 WHERE card_number = '02'");
    assert_string_equal(list(f, "B", false, NULL, NOW), "");
    assert_string_equal(list(f, "B", false, "01", NOW), "1-");
    assert_string_equal(list(f, "B", false, "02", NOW), "2-");
}

static void grant(struct fixture *f, const char *card, const char *organization, Pb__Role role)
{
    position_store_grant_queue(f->pg, f->ctx,
                               &(struct position){member_id_of(card), organization_id_of(organization), role, 1});
    must_flush(f->pg);
}

static void test_who_is_above_the_caller_is_left_out_until_his_position_ends(void **state)
{
    struct fixture *f = *state;
    add_branch(f);
    grant(f, "01", "B", PB__ROLE__ROLE_DEPUTY_SECRETARY);
    grant(f, "02", "R", PB__ROLE__ROLE_OFFICER);
    assert_string_equal(list(f, "B", false, NULL, NOW), "1");
    assert_string_equal(list(f, "B", false, "02", NOW), "2^");
    must(f->pg, "UPDATE member_position SET to_us = 2 WHERE role = 4");
    assert_string_equal(list(f, "B", false, NULL, NOW), "12");
}

static size_t put_codes(struct fixture *f, bool even_if_live)
{
    static const uint8_t HASH[TOKEN_HASH_BYTES] = {2};
    struct pg_args *codes = activation_store_codes(f->ctx, even_if_live);
    struct pg_result *put;
    for (const char *const *card = (const char *const[]){"01", "02", NULL}; *card; card++) {
        const struct uuid member = member_id_of(*card);
        activation_store_codes_add(codes, &member, HASH, NOW, NOW + 10);
    }
    assert_int_equal(pg_run(f->pg, codes, &put), ERR_OK);
    return pg_rows(put);
}

static void test_codes_that_live_are_ended_only_where_they_are_meant_to_be(void **state)
{
    struct fixture *f = *state;
    add_branch(f);
    put_code(f, "01", NOW + 1);
    assert_int_equal(put_codes(f, false), 1);
    assert_int_equal(put_codes(f, false), 0);
    assert_int_equal(put_codes(f, true), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_letters_are_for_those_directly_in_a_branch_or_in_a_whole_subtree),
        CASE(test_who_holds_a_live_code_gets_another_only_if_he_is_named),
        CASE(test_who_activated_or_left_needs_none),
        CASE(test_who_is_above_the_caller_is_left_out_until_his_position_ends),
        CASE(test_codes_that_live_are_ended_only_where_they_are_meant_to_be),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
