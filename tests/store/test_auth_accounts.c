/* Accounts, codes of letters and what ends with a new password, against a real PostgreSQL. Each case begins as
 * auth_fixture.c says. */
#include "parts_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/account_store.h"
#include "services/auth/account/activation_store.h"
#include "services/auth/account/link_store.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/session_store.h"

#include <string.h>

static struct uuid add_session(struct fixture *f, uint8_t id)
{
    struct new_session session = {.id = {{id}}, .member = member_id_of("00"), .device_id = "phone", .now_us = 1};
    session_store_add_queue(f->pg, f->ctx, &session);
    must_flush(f->pg);
    return session.id;
}

/* --- one's own account --- */

static void test_an_account_is_read_by_a_live_session_of_its_member_only(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00"), session = add_session(f, 1), stranger = {{9}};
    struct own_account own;
    bool found = false;
    assert_int_equal(account_store_own(f->pg, f->ctx, &member, &session, &found, &own), ERR_OK);
    assert_true(found && !own.password_hash && own.totp_secret.len == 0);
    assert_string_equal(own.card_number, "00");
    assert_int_equal(account_store_own(f->pg, f->ctx, &stranger, &session, &found, &own), ERR_OK);
    assert_false(found);
    must(f->pg, "UPDATE session SET ended_at_us = 2");
    assert_int_equal(account_store_own(f->pg, f->ctx, &member, &session, &found, &own), ERR_OK);
    assert_false(found);
}

static void put_device(struct fixture *f, const struct uuid *session, const char *name)
{
    struct device device = {.member = member_id_of("00"),
                            .session = *session,
                            .device_id = mem_text(f->ctx, name),
                            .token = mem_text(f->ctx, name),
                            .provider = PB__PROVIDER__PROVIDER_SIM};
    struct pg_args *put = device_store_put(f->ctx);
    device_hash_token(device.token, device.token_hash);
    device_store_put_add(put, &device);
    pg_queue(f->pg, put);
    must_flush(f->pg);
}

static void test_all_sessions_end_but_the_one_that_is_kept_and_its_device(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00"), mine = add_session(f, 1), other = add_session(f, 2), none = {{0}};
    struct loop_outbox *outbox = loop_outbox_new(f->ctx, &member, 1);
    struct devices devices;
    put_device(f, &mine, "phone");
    put_device(f, &other, "tablet");
    put_device(f, &none, "unnoted");
    const struct session_ending ending = {.members = &member, .n_members = 1, .kept = &mine, .now_us = 5};
    assert_int_equal(session_end(f->pg, f->ctx, &ending, outbox), ERR_OK);
    assert_int_equal(device_store_of_member(f->pg, f->ctx, &member, &devices), ERR_OK);
    assert_int_equal(devices.n, 1);
    assert_string_equal(devices.items[0].device_id, "phone");
    struct pg_result *rows = session_store_load_queue(f->pg, f->ctx, (const struct uuid[]){mine, other}, 2);
    must_flush(f->pg);
    assert_false(session_store_loaded(rows, 0).ended);
    assert_true(session_store_loaded(rows, 1).ended);
}

/* --- codes of letters --- */

static const uint8_t CODE[TOKEN_HASH_BYTES] = {1}, NEWER[TOKEN_HASH_BYTES] = {2};

static bool use(struct fixture *f, const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us)
{
    struct uuid member = member_id_of("00");
    bool used = false;
    assert_int_equal(activation_store_use(f->pg, f->ctx, &member, hash, now_us, &used), ERR_OK);
    return used;
}

static void put_code(struct fixture *f, const uint8_t hash[TOKEN_HASH_BYTES])
{
    struct uuid member = member_id_of("00");
    assert_int_equal(activation_store_put(f->pg, f->ctx, &member, hash, 1, 10), ERR_OK);
}

static void test_a_code_is_used_once_while_it_lives(void **state)
{
    struct fixture *f = *state;
    struct activation found;
    put_code(f, CODE);
    assert_int_equal(activation_store_find(f->pg, f->ctx, "00", &found), ERR_OK);
    assert_true(found.found && !found.activated && !found.used && found.expires_at_us == 10);
    assert_memory_equal(found.code_hash.data, CODE, TOKEN_HASH_BYTES);
    assert_string_equal(found.branch->name, "Thành phố");
    assert_false(use(f, NEWER, 5));
    assert_false(use(f, CODE, 10));
    assert_true(use(f, CODE, 9));
    assert_false(use(f, CODE, 9));
    assert_int_equal(activation_store_find(f->pg, f->ctx, "00", &found), ERR_OK);
    assert_true(found.used);
    assert_int_equal(activation_store_find(f->pg, f->ctx, "nobody", &found), ERR_OK);
    assert_false(found.found);
}

static void test_a_new_code_takes_the_place_of_the_old(void **state)
{
    struct fixture *f = *state;
    put_code(f, CODE);
    assert_true(use(f, CODE, 5));
    put_code(f, NEWER);
    assert_false(use(f, CODE, 5));
    assert_true(use(f, NEWER, 5));
}

static void test_an_activated_account_takes_no_code(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00");
    struct activation found;
    put_code(f, CODE);
    account_store_set_password_queue(f->pg, f->ctx, &member, "hash", 1);
    bool first = false;
    assert_int_equal(account_store_activate(f->pg, f->ctx, &member, 2, &first), ERR_OK);
    assert_true(first);
    assert_int_equal(account_store_activate(f->pg, f->ctx, &member, 3, &first), ERR_OK);
    assert_false(first);
    assert_false(use(f, CODE, 5));
    assert_int_equal(activation_store_find(f->pg, f->ctx, "00", &found), ERR_OK);
    assert_true(found.activated && !found.used);
}

static void test_who_left_has_no_letter(void **state)
{
    struct fixture *f = *state;
    struct activation found;
    put_code(f, CODE);
    must(f->pg, "UPDATE member SET status = 3");
    assert_int_equal(activation_store_find(f->pg, f->ctx, "00", &found), ERR_OK);
    assert_false(found.found);
}

/* --- codes of links --- */

static struct linked use_link(struct fixture *f, const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us)
{
    struct linked linked;
    assert_int_equal(link_store_use(f->pg, f->ctx, hash, now_us, &linked), ERR_OK);
    return linked;
}

static void test_a_link_is_used_once_in_its_time_while_its_session_lives(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00"), session = add_session(f, 1);
    assert_int_equal(link_store_put(f->pg, f->ctx, &member, &session, CODE, 10), ERR_OK);
    assert_int_equal(link_store_put(f->pg, f->ctx, &member, &session, NEWER, 10), ERR_OK);
    assert_false(use_link(f, CODE, 5).found); /* the newer took its place */
    assert_false(use_link(f, NEWER, 10).found);
    must(f->pg, "UPDATE session SET ended_at_us = 2");
    assert_false(use_link(f, NEWER, 5).found);
    must(f->pg, "UPDATE session SET ended_at_us = NULL");
    struct linked linked = use_link(f, NEWER, 5);
    assert_true(linked.found && uuid_equal(&linked.member, &member));
    assert_false(use_link(f, NEWER, 5).found);
    assert_int_equal(link_store_put(f->pg, f->ctx, &member, &session, CODE, 10), ERR_OK);
    link_store_forget_queue(f->pg, f->ctx, &member);
    must_flush(f->pg);
    assert_false(use_link(f, CODE, 5).found);
}

/* --- second factors --- */

static struct own_account own_of(struct fixture *f, const struct uuid *session)
{
    struct uuid member = member_id_of("00");
    struct own_account own;
    bool found = false;
    assert_int_equal(account_store_own(f->pg, f->ctx, &member, session, &found, &own), ERR_OK);
    assert_true(found);
    return own;
}

static void test_the_secret_that_was_shown_last_comes_into_use(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00"), session = add_session(f, 1);
    uint8_t a[] = {1, 2}, b[] = {3, 4};
    ProtobufCBinaryData first = {.data = a, .len = sizeof a}, second = {.data = b, .len = sizeof b};
    bool taken = true;
    account_store_set_password_queue(f->pg, f->ctx, &member, "hash", 1);
    account_store_pend_totp_queue(f->pg, f->ctx, &member, first);
    account_store_pend_totp_queue(f->pg, f->ctx, &member, second);
    must_flush(f->pg);
    assert_int_equal(account_store_confirm_totp(f->pg, f->ctx, &member, first, &taken), ERR_OK);
    assert_false(taken);
    assert_int_equal(own_of(f, &session).totp_secret.len, 0);
    assert_int_equal(account_store_confirm_totp(f->pg, f->ctx, &member, second, &taken), ERR_OK);
    assert_true(taken);
    struct own_account own = own_of(f, &session);
    assert_memory_equal(own.totp_secret.data, b, sizeof b);
    assert_true(own.totp_pending.len == 0 && own.needs_second_factor); /* he is the administrator */
    account_store_remove_totp_queue(f->pg, f->ctx, &member);
    must_flush(f->pg);
    assert_int_equal(own_of(f, &session).totp_secret.len, 0);
}

static bool holds(struct fixture *f, const char *password_hash, ProtobufCBinaryData totp_secret)
{
    const struct account_proof proof = {member_id_of("00"), password_hash, totp_secret};
    bool holds = false;
    assert_int_equal(account_store_hold(f->pg, f->ctx, &proof, &holds), ERR_OK);
    return holds;
}

static void test_a_proof_holds_until_the_password_or_the_second_factor_is_another(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00");
    uint8_t secret[] = {1, 2};
    ProtobufCBinaryData none = {0}, sealed = {.data = secret, .len = sizeof secret};
    bool taken = false;
    assert_false(holds(f, "hash", none)); /* there is no account yet */
    account_store_set_password_queue(f->pg, f->ctx, &member, "hash", 1);
    must_flush(f->pg);
    assert_true(holds(f, "hash", none));
    assert_false(holds(f, "another", none));
    account_store_pend_totp_queue(f->pg, f->ctx, &member, sealed);
    assert_int_equal(account_store_confirm_totp(f->pg, f->ctx, &member, sealed, &taken), ERR_OK);
    assert_false(holds(f, "hash", none));
    assert_true(holds(f, "hash", sealed));
}

static void test_the_live_sessions_of_a_member_are_locked_in_their_order(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00"), second = add_session(f, 2), first = add_session(f, 1);
    add_session(f, 3);
    must(f->pg, "UPDATE session SET ended_at_us = 2 WHERE id::text LIKE '03%'");
    struct pg_result *live = session_store_lock_live_queue(f->pg, f->ctx, &member, 1);
    must_flush(f->pg);
    assert_int_equal(pg_rows(live), 2);
    struct uuid ids[] = {session_store_loaded(live, 0).id, session_store_loaded(live, 1).id};
    assert_true(uuid_equal(&ids[0], &first) && uuid_equal(&ids[1], &second));
}

static void test_a_recovery_code_is_used_once_and_forgotten_with_the_others(void **state)
{
    struct fixture *f = *state;
    struct uuid member = member_id_of("00");
    bool used = false;
    account_store_set_password_queue(f->pg, f->ctx, &member, "hash", 1);
    account_store_add_recovery_code_queue(f->pg, f->ctx, &member, CODE);
    account_store_add_recovery_code_queue(f->pg, f->ctx, &member, NEWER);
    must_flush(f->pg);
    assert_int_equal(account_store_use_recovery_code(f->pg, f->ctx, &member, CODE, 1, &used), ERR_OK);
    assert_true(used);
    assert_int_equal(account_store_use_recovery_code(f->pg, f->ctx, &member, CODE, 1, &used), ERR_OK);
    assert_false(used);
    account_store_forget_recovery_codes_queue(f->pg, f->ctx, &member);
    must_flush(f->pg);
    assert_int_equal(account_store_use_recovery_code(f->pg, f->ctx, &member, NEWER, 1, &used), ERR_OK);
    assert_false(used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_account_is_read_by_a_live_session_of_its_member_only),
        CASE(test_all_sessions_end_but_the_one_that_is_kept_and_its_device),
        CASE(test_a_code_is_used_once_while_it_lives),
        CASE(test_a_new_code_takes_the_place_of_the_old),
        CASE(test_an_activated_account_takes_no_code),
        CASE(test_who_left_has_no_letter),
        CASE(test_a_link_is_used_once_in_its_time_while_its_session_lives),
        CASE(test_the_secret_that_was_shown_last_comes_into_use),
        CASE(test_a_proof_holds_until_the_password_or_the_second_factor_is_another),
        CASE(test_the_live_sessions_of_a_member_are_locked_in_their_order),
        CASE(test_a_recovery_code_is_used_once_and_forgotten_with_the_others),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
