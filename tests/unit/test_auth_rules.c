/* The pure rules of services/auth, by table. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/account/throttle.h"
#include "services/auth/account/totp.h"
#include "services/auth/device/device.h"
#include "services/auth/import/import_csv.h"
#include "services/auth/import/import_file.h"
#include "services/auth/position/position.h"
#include "services/auth/session/session.h"
#include "services/auth/session/token.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- refresh tokens --- */

static void test_a_pair_gets_its_successor_again_until_that_is_used(void **state)
{
    (void)state;
    static const struct {
        struct refresh_state state;
        enum refresh_answer answer;
    } ROWS[] = {
        {{.session_lives = true, .known = true}, REFRESH_NEW},
        {{.session_lives = true, .known = true, .used = true, .same_key = true}, REFRESH_SAME},
        {{.session_lives = true, .known = true, .used = true, .same_key = true, .successor_used = true},
         REFRESH_SUPERSEDED},
        {{.session_lives = true, .known = true, .used = true}, REFRESH_END_FAMILY},
        {{.session_lives = true, .known = true, .used = true, .successor_used = true}, REFRESH_END_FAMILY},
        {{.known = true}, REFRESH_ENDED},
        {{.known = true, .used = true, .same_key = true}, REFRESH_ENDED},
        {{.session_lives = true}, REFRESH_SUPERSEDED},
        {{.session_lives = true, .known = true, .restoration = 1}, REFRESH_LATER}, /* perhaps ended since the backup */
        {{.session_lives = true, .known = true, .restoration = 1, .caught_up = true}, REFRESH_NEW},
        {{.session_lives = true, .known = true, .restoration = 1, .restoration_taken = 1}, REFRESH_NEW},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(session_refresh(&ROWS[i].state), ROWS[i].answer);
}

static void test_a_token_ahead_of_a_restored_database_is_taken_once(void **state)
{
    (void)state;
    static const struct {
        struct refresh_state state;
        enum refresh_answer answer;
    } ROWS[] = {
        {{.restoration = 1, .caught_up = true}, REFRESH_NEW},
        {{.restoration = 2, .restoration_taken = 1, .caught_up = true}, REFRESH_NEW}, /* restored once more */
        {{.restoration = 1}, REFRESH_LATER},  /* it may have been ended since the backup */
        {{.caught_up = true}, REFRESH_LATER}, /* nobody has said yet that the database was restored */
        {{.restoration = 1, .restoration_taken = 1, .caught_up = true}, REFRESH_SUPERSEDED},
        {{.restoration = 1, .restoration_taken = 1}, REFRESH_SUPERSEDED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        struct refresh_state ahead = ROWS[i].state;
        ahead.session_lives = ahead.ahead = true;
        assert_int_equal(session_refresh(&ahead), ROWS[i].answer);
        ahead.ahead = false;
        assert_int_equal(session_refresh(&ahead), REFRESH_SUPERSEDED);
        ahead.ahead = true;
        ahead.session_lives = false;
        assert_int_equal(session_refresh(&ahead), REFRESH_ENDED);
    }
}

static void test_a_session_lives_ninety_idle_days_and_more(void **state)
{
    (void)state;
    assert_true(session_lives(false, 0, 91 * CLOCK_DAY_US));
    assert_false(session_lives(false, 0, 121 * CLOCK_DAY_US));
    assert_false(session_lives(true, 0, 1));
}

static void test_a_refresh_token_says_whose_it_is_to_those_who_signed_it(void **state)
{
    (void)state;
    struct keys keys = {.signing = {1}, .signing_id = {7}}, other_id = {.signing = {1}, .signing_id = {8}},
                other_key = {.signing = {2}, .signing_id = {7}};
    const struct refresh_claims claims = {.family = {{3, 4, 5}}, .number = INT64_C(0x0102030405060708)};
    struct refresh_claims read;
    char token[REFRESH_TOKEN_BYTES], again[REFRESH_TOKEN_BYTES];
    token_refresh_sign(&keys, &claims, token);
    token_refresh_sign(&keys, &claims, again);
    assert_string_equal(token, again);
    assert_int_equal(strlen(token), REFRESH_TOKEN_BYTES - 1);
    assert_true(token_refresh_read(&keys, token, &read));
    assert_true(uuid_equal(&read.family, &claims.family));
    assert_int_equal(read.number, claims.number);
    assert_false(token_refresh_read(&other_id, token, &read));
    assert_false(token_refresh_read(&other_key, token, &read));
    for (size_t i = 0; i < REFRESH_TOKEN_BYTES - 1; i++) {
        char forged[REFRESH_TOKEN_BYTES];
        memcpy(forged, token, sizeof forged);
        forged[i] = forged[i] == 'A' ? 'Q' : 'A';
        assert_false(token_refresh_read(&keys, forged, &read));
        assert_true(uuid_is_zero(&read.family) && read.number == 0);
        forged[i] = '\0';
        assert_false(token_refresh_read(&keys, forged, &read));
    }
}

static void test_an_unsigned_token_is_not_read_and_has_the_successor_it_had(void **state)
{
    (void)state;
    struct keys keys = {.refresh = {1}}, other = {.refresh = {2}};
    struct refresh_claims read;
    char a[REFRESH_TOKEN_BYTES], b[REFRESH_TOKEN_BYTES];
    token_refresh_unsigned_successor(&keys, "token", "key", a);
    token_refresh_unsigned_successor(&keys, "token", "key", b);
    assert_string_equal(a, b);
    assert_false(token_refresh_read(&keys, a, &read));
    token_refresh_unsigned_successor(&keys, "tokenk", "ey", b);
    assert_string_not_equal(a, b);
    token_refresh_unsigned_successor(&other, "token", "key", b);
    assert_string_not_equal(a, b);
}

/* --- throttling --- */

static void test_attempts_are_free_then_wait_ever_longer_but_not_for_ever(void **state)
{
    (void)state;
    const int64_t at = CLOCK_DAY_US;
    for (int n = 0; n < 5; n++)
        assert_int_equal(throttle_wait_us(THROTTLE_EXACT, n, at, at), 0);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, 5, at, at), CLOCK_SECOND_US);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, 8, at, at), 8 * CLOCK_SECOND_US);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, 8, at, at + 7 * CLOCK_SECOND_US), CLOCK_SECOND_US);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, 8, at, at + 8 * CLOCK_SECOND_US), 0);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, INT32_MAX, at, at), 15 * CLOCK_MINUTE_US);
    assert_int_equal(throttle_wait_us(THROTTLE_ACCOUNT, INT32_MAX, at, at), CLOCK_MINUTE_US);
    assert_int_equal(throttle_wait_us(THROTTLE_EXACT, INT32_MAX, at, at + CLOCK_HOUR_US), 0);
}

static void test_attempts_are_forgotten_after_a_quiet_hour(void **state)
{
    (void)state;
    assert_int_equal(throttle_count(7, 0, CLOCK_MINUTE_US), 8);
    assert_int_equal(throttle_count(7, 0, CLOCK_HOUR_US), 1);
    assert_int_equal(throttle_count(INT32_MAX, 0, 1), INT32_MAX);
}

/* --- devices --- */

static void test_a_token_moves_to_the_device_that_registers_it_last(void **state)
{
    (void)state;
    const struct device phone = {
        .member = {{1}}, .device_id = "phone", .provider = PB__PROVIDER__PROVIDER_FCM, .token_hash = {7}};
    static const struct {
        struct device had;
        bool yields;
    } ROWS[] = {
        {{.member = {{1}}, .device_id = "phone", .provider = PB__PROVIDER__PROVIDER_FCM, .token_hash = {7}}, false},
        {{.member = {{1}}, .device_id = "tablet", .provider = PB__PROVIDER__PROVIDER_FCM, .token_hash = {7}}, true},
        {{.member = {{2}}, .device_id = "phone", .provider = PB__PROVIDER__PROVIDER_FCM, .token_hash = {7}}, true},
        {{.member = {{2}}, .device_id = "phone", .provider = PB__PROVIDER__PROVIDER_APNS, .token_hash = {7}}, false},
        {{.member = {{2}}, .device_id = "phone", .provider = PB__PROVIDER__PROVIDER_FCM, .token_hash = {8}}, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(device_yields(&ROWS[i].had, &phone), ROWS[i].yields);
}

static void test_a_device_was_last_seen_when_used_or_registered(void **state)
{
    (void)state;
    assert_int_equal(device_last_seen_us(&(struct device){.registered_at_us = 5}), 5);
    assert_int_equal(device_last_seen_us(&(struct device){.registered_at_us = 5, .last_used_at_us = 9}), 9);
    assert_int_equal(device_last_seen_us(&(struct device){.registered_at_us = 9, .last_used_at_us = 5}), 9);
}

/* --- roles --- */

static void test_nobody_grants_the_own_rank(void **state)
{
    (void)state;
    assert_true(position_may_grant(ROLE_OPERATOR, PB__ROLE__ROLE_ADMIN));
    assert_false(position_may_grant(PB__ROLE__ROLE_ADMIN, PB__ROLE__ROLE_ADMIN));
    assert_true(position_may_grant(PB__ROLE__ROLE_ADMIN, PB__ROLE__ROLE_OFFICER));
    assert_false(position_may_grant(PB__ROLE__ROLE_OFFICER, PB__ROLE__ROLE_SECRETARY));
    assert_false(position_fits(PB__ROLE__ROLE_OFFICER, PB__LEVEL__LEVEL_BRANCH));
    assert_true(position_fits(PB__ROLE__ROLE_SECRETARY, PB__LEVEL__LEVEL_BRANCH));
}

/* --- roster rows --- */

static void test_a_roster_row_names_the_first_field_at_fault(void **state)
{
    (void)state;
    static const struct {
        int field;
        const char *value;
        enum err err;
    } ROWS[] = {
        {0, "", ERR_FIELD_REQUIRED},
        {0, "a b", ERR_FIELD_CHARACTERS},
        {1, "", ERR_FIELD_REQUIRED},
        {2, "1990-02-30", ERR_FIELD_FORMAT},
        {2, "01/02/1990", ERR_FIELD_FORMAT},
        {3, "m", ERR_FIELD_CHOICE},
        {4, "1980-01-01", ERR_FIELD_CONFLICT},
        {5, "", ERR_FIELD_REQUIRED},
        {6, "dead", ERR_FIELD_CHOICE},
        {7, "yes", ERR_FIELD_CHOICE},
        {8, "king", ERR_FIELD_CHOICE},
        {10, "abc", ERR_FIELD_FORMAT},
        {2, "29221", ERR_FIELD_DATE_IS_NUMBER},
        {11, "king", ERR_FIELD_CHOICE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const char *fields[] = {"01000001", "Nguyễn Văn An", "1985-05-06", "male", "2010-01-31",   "10B",
                                "official", "true",          "secretary",  "",     "+84900000001", "retired"};
        struct roster_member row;
        const char *field = NULL;
        assert_int_equal(roster_read_member(fields, &row, &field), ERR_OK);
        fields[ROWS[i].field] = ROWS[i].value;
        assert_int_equal(roster_read_member(fields, &row, &field), ROWS[i].err);
        assert_string_equal(field, ROSTER_MEMBERS.fields[ROWS[i].field]);
    }
}

static void test_a_roster_row_is_read_whole(void **state)
{
    (void)state;
    const char *fields[] = {"01000001",     "Nguyễn Văn An", "1970-01-02", "female", "", "10B",
                            "probationary", "true",          "none",       "W",      "", ""};
    struct roster_member row;
    const char *field;
    assert_int_equal(roster_read_member(fields, &row, &field), ERR_OK);
    assert_true(row.has_born_on && row.born_on == 1 && !row.has_joined_on && row.gender == 1 && row.exempt);
    assert_int_equal(row.status, PB__MEMBER_STATUS__MEMBER_STATUS_PROBATIONARY);
    assert_int_equal(row.role, ROLE_NONE);
}

static void test_an_organisation_row_knows_its_levels_and_days(void **state)
{
    (void)state;
    const char *fields[] = {"W-10B", "W", "branch", "Chi bộ 10B", "29"};
    struct roster_organization row;
    const char *field;
    assert_int_equal(roster_read_organization(fields, &row, &field), ERR_FIELD_TOO_LARGE);
    assert_string_equal(field, "meeting_day");
    fields[4] = "";
    assert_int_equal(roster_read_organization(fields, &row, &field), ERR_OK);
    fields[2] = "village";
    assert_int_equal(roster_read_organization(fields, &row, &field), ERR_FIELD_CHOICE);
}

static void test_decomposed_accents_become_composed(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const char decomposed[] = "  Nguye\xcc\x82\xcc\x83n ";
    assert_string_equal(roster_normalize(ctx, decomposed, strlen(decomposed)), "Nguyễn");
    assert_null(roster_normalize(ctx, "\xff", 1));
    assert_null(roster_normalize(ctx, "a\tb", 3));
    assert_string_equal(roster_normalize(ctx, " ", 1), "");
    assert_string_equal(roster_normalize(ctx, " a   b  c", 9), "a b c");
    mem_free(ctx);
}

/* --- files --- */

static struct import_file *open_text(TALLOC_CTX *ctx, const char *text, struct import_errors *errors, enum err wanted)
{
    char path[] = "/tmp/sotay-roster-XXXXXX";
    struct import_file *file = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_int_equal(import_file_open(ctx, path, "organizations.csv", &ROSTER_ORGANIZATIONS, errors, &file), wanted);
    unlink(path);
    return file;
}

static void test_a_file_of_windows_reads_as_any_other(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct import_errors errors = {.ctx = ctx};
    struct import_file *file = open_text(
        ctx,
        "\xef\xbb\xbf"
        "code,parent_code,level,name,meeting_day\r\nA,R,branch,\"Chi bộ, \"\"A\"\"\",3\r\n",
        &errors, ERR_OK);
    int64_t line;
    const char *const *fields = import_file_next(file, &line);
    assert_int_equal(line, 2);
    assert_string_equal(fields[3], "Chi bộ, \"A\"");
    assert_string_equal(fields[4], "3");
    assert_null(import_file_next(file, &line));
    assert_int_equal(errors.count, 0);
    mem_free(ctx);
}

static void test_semicolons_and_tabs_separate_as_commas_do(void **state)
{
    (void)state;
    static const char *const FILES[] = {
        "code;parent_code;level;name;meeting_day\nA;R;branch;Chi bộ 1, phường A;3\n"
        "B;R;branch;\"torn;3\nC;R;branch;C;1\n",
        "code\tparent_code\tlevel\tname\tmeeting_day\nA\tR\tbranch\tChi bộ 1, phường A\t3\nB\tR\n"
        "C\tR\tbranch\tC\t1\n"};
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++) {
        TALLOC_CTX *ctx = mem_context(NULL, "test");
        struct import_errors errors = {.ctx = ctx};
        struct import_file *file = open_text(ctx, FILES[i], &errors, ERR_OK);
        int64_t line;
        assert_string_equal(import_file_next(file, &line)[3], "Chi bộ 1, phường A");
        assert_string_equal(import_file_next(file, &line)[0], "C");
        assert_int_equal(line, 4);
        assert_int_equal(errors.count, 1);
        mem_free(ctx);
    }
}

static void test_a_torn_line_spoils_only_itself(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct import_errors errors = {.ctx = ctx};
    struct import_file *file = open_text(ctx,
                                         "code,parent_code,level,name,meeting_day\nA,R,branch,\"open,3\nB,R,branch\nC,"
                                         "R,branch,x,1,2\nD,R,branch,\xff,1\nE,R,branch,Tốt,1\n",
                                         &errors, ERR_OK);
    int64_t line;
    const char *const *fields = import_file_next(file, &line);
    assert_string_equal(fields[0], "E");
    assert_int_equal(line, 6);
    assert_int_equal(errors.count, 4);
    static const enum err CODES[] = {ERR_FIELD_FORMAT, ERR_FIELD_REQUIRED, ERR_FIELD_TOO_MANY, ERR_FIELD_CHARACTERS};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(errors.kept.items[i].line, (int64_t)i + 2);
        assert_int_equal(errors.kept.items[i].code, CODES[i]);
    }
    mem_free(ctx);
}

static void test_a_file_with_other_columns_is_refused_and_each_is_named(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct import_errors errors = {.ctx = ctx};
    open_text(ctx, "code,parent,level,name,meeting_day\n", &errors, ERR_ROSTER_HEADER);
    assert_int_equal(errors.count, 2);
    assert_string_equal(errors.kept.items[0].field, "parent_code");
    assert_int_equal(errors.kept.items[0].code, ERR_FIELD_COLUMN_MISSING);
    assert_string_equal(errors.kept.items[1].field, "parent");
    assert_int_equal(errors.kept.items[1].code, ERR_FIELD_COLUMN_UNKNOWN);
    open_text(ctx, "", &errors, ERR_ROSTER_HEADER);
    open_text(ctx, "parent_code,code,level,name,meeting_day\n", &errors, ERR_ROSTER_HEADER);
    assert_int_equal(errors.count, 4);
    assert_int_equal(errors.kept.items[3].code, ERR_FIELD_COLUMN_ORDER);
    mem_free(ctx);
}

static void test_cells_of_a_file_without_a_header_are_not_told(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct import_errors errors = {.ctx = ctx};
    open_text(ctx, "HN-1,HN,Chi,Mai,3\n", &errors, ERR_ROSTER_HEADER);
    for (size_t i = 0; i < errors.kept.n; i++)
        if (errors.kept.items[i].code == ERR_FIELD_COLUMN_UNKNOWN)
            assert_int_equal(errors.kept.items[i].field[0], '#');
    assert_string_equal(errors.kept.items[errors.kept.n - 1].field, "#5");
    mem_free(ctx);
}

static void test_a_line_without_end_is_passed_over_and_the_next_one_read(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct import_errors errors = {.ctx = ctx};
    char *line = mem_array(ctx, char, 100001);
    memset(line, 'A', 100000);
    struct import_file *file = open_text(
        ctx, mem_printf(ctx, "code,parent_code,level,name,meeting_day\n%s\nB,R,branch,Hai,\n", line), &errors, ERR_OK);
    int64_t number;
    assert_string_equal(import_file_next(file, &number)[0], "B");
    assert_int_equal(number, 3);
    assert_int_equal(errors.kept.items[0].code, ERR_FIELD_TOO_LONG);
    mem_free(ctx);
}

static void test_cells_that_a_spreadsheet_would_take_for_formulas_are_prefixed(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const char *const NAMES[] = {"=1", "+1", "-1", "@a", "\ta", "\ra", "a=1", "", "a\"b"};
    struct import_view_absent items[ARRAY_LENGTH(NAMES)];
    for (size_t i = 0; i < ARRAY_LENGTH(NAMES); i++)
        items[i] = (struct import_view_absent){
            .card_number = "1", .full_name = NAMES[i], .branch_code = "B", .branch = "Chi bộ"};
    const char *text = import_csv_absent(ctx, items, ARRAY_LENGTH(NAMES), ARRAY_LENGTH(NAMES) + 3);
    for (size_t i = 0; i < ARRAY_LENGTH(NAMES); i++)
        assert_true((i < 6) == (strstr(text, mem_printf(ctx, ",\"'%s\",", NAMES[i])) != NULL));
    assert_non_null(strstr(text, ",\"a\"\"b\","));
    assert_non_null(strstr(text, "\"và 3 người nữa\",,,\r\n"));
    mem_free(ctx);
}

/* --- second factor --- */

static void test_a_code_is_good_one_step_early_or_late(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct keys keys = {.totp = {7}}, other = {.totp = {8}};
    ProtobufCBinaryData sealed;
    int64_t step = 0;
    assert_int_equal(totp_init(), ERR_OK);
    /* RFC 6238, appendix B: the secret of SHA-1, T = 59 s, last six digits of 94287082. */
    assert_int_equal(totp_seal(ctx, &keys, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", &sealed), ERR_OK);
    assert_int_equal(totp_find_step(&keys, sealed, "287082", 59 * CLOCK_SECOND_US, &step), ERR_OK);
    assert_int_equal(step, 1);
    assert_int_equal(totp_find_step(&keys, sealed, "287082", 89 * CLOCK_SECOND_US, &step), ERR_OK);
    assert_int_equal(step, 1);
    assert_int_equal(totp_find_step(&keys, sealed, "287082", 29 * CLOCK_SECOND_US, &step), ERR_OK);
    assert_int_equal(step, 1);
    assert_int_equal(totp_find_step(&keys, sealed, "287082", 121 * CLOCK_SECOND_US, &step), ERR_OTP_INVALID);
    assert_int_equal(totp_find_step(&other, sealed, "287082", 59 * CLOCK_SECOND_US, &step), ERR_INTERNAL);
    assert_int_equal(totp_seal(ctx, &keys, "not base32!", &sealed), ERR_FIELD_FORMAT);
    mem_free(ctx);
}

static void test_a_network_of_ipv6_counts_as_one_address(void **state)
{
    (void)state;
    static const struct {
        const char *address, *network;
    } ROWS[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "::ffff:192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2:ffff::1", "2001:db8:1:2::"},
        {"2001:db8:1:3::1", "2001:db8:1:3::"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        char network[THROTTLE_NETWORK_BYTES];
        throttle_network(ROWS[i].address, network);
        assert_string_equal(network, ROWS[i].network);
    }
}

int main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pair_gets_its_successor_again_until_that_is_used),
        cmocka_unit_test(test_a_token_ahead_of_a_restored_database_is_taken_once),
        cmocka_unit_test(test_a_session_lives_ninety_idle_days_and_more),
        cmocka_unit_test(test_a_refresh_token_says_whose_it_is_to_those_who_signed_it),
        cmocka_unit_test(test_an_unsigned_token_is_not_read_and_has_the_successor_it_had),
        cmocka_unit_test(test_attempts_are_free_then_wait_ever_longer_but_not_for_ever),
        cmocka_unit_test(test_attempts_are_forgotten_after_a_quiet_hour),
        cmocka_unit_test(test_a_network_of_ipv6_counts_as_one_address),
        cmocka_unit_test(test_a_token_moves_to_the_device_that_registers_it_last),
        cmocka_unit_test(test_a_device_was_last_seen_when_used_or_registered),
        cmocka_unit_test(test_nobody_grants_the_own_rank),
        cmocka_unit_test(test_a_roster_row_names_the_first_field_at_fault),
        cmocka_unit_test(test_a_roster_row_is_read_whole),
        cmocka_unit_test(test_an_organisation_row_knows_its_levels_and_days),
        cmocka_unit_test(test_decomposed_accents_become_composed),
        cmocka_unit_test(test_a_file_of_windows_reads_as_any_other),
        cmocka_unit_test(test_semicolons_and_tabs_separate_as_commas_do),
        cmocka_unit_test(test_a_torn_line_spoils_only_itself),
        cmocka_unit_test(test_a_file_with_other_columns_is_refused_and_each_is_named),
        cmocka_unit_test(test_cells_of_a_file_without_a_header_are_not_told),
        cmocka_unit_test(test_a_line_without_end_is_passed_over_and_the_next_one_read),
        cmocka_unit_test(test_cells_that_a_spreadsheet_would_take_for_formulas_are_prefixed),
        cmocka_unit_test(test_a_code_is_good_one_step_early_or_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
