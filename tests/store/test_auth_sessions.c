/* How people sign in and stay signed in: the stores of accounts, sessions and devices against a real PostgreSQL. Each
 * case begins as auth_fixture.c says. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_slot.h"
#include "common/loop/loop_store_restored.h"
#include "services/auth/account/account_store.h"
#include "services/auth/device/device_commands.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member.h"
#include "services/auth/session/lapse.h"
#include "services/auth/session/session.h"
#include "services/auth/session/session_commands.h"
#include "services/auth/session/session_events.h"
#include "services/auth/session/session_store.h"

#include <string.h>

static const struct uuid FAMILY = {{1}};

static void test_a_step_opens_one_session_on_a_device(void **state)
{
    struct fixture *f = *state;
    struct new_session session = {.id = {{1}},
                                  .member = member_id_of("00"),
                                  .device_id = "a",
                                  .now_us = 1,
                                  .has_totp_step = true,
                                  .totp_step = 7};
    session_store_add_queue(f->pg, f->ctx, &session);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    session.id.bytes[0] = 2;
    session_store_add_queue(f->pg, f->ctx, &session);
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "session_totp_step");
    session.device_id = "b";
    session_store_add_queue(f->pg, f->ctx, &session);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

/* Presents a token in a transaction that is rolled back; `number` 0: one that is not signed. */
static struct presented_token presented(struct fixture *f, const uint8_t hash[TOKEN_HASH_BYTES], int64_t number)
{
    struct refresh_claims claims = {.number = number};
    struct presented_token found;
    if (number > 0)
        claims.family = FAMILY;
    assert_int_equal(session_store_refresh_begin(f->pg, f->ctx, hash, &claims, &found), ERR_OK);
    must(f->pg, "ROLLBACK");
    return found;
}

static void open_family(struct fixture *f, const uint8_t first_hash[TOKEN_HASH_BYTES])
{
    struct new_session session = {.id = FAMILY, .member = member_id_of("00"), .now_us = 1};
    session_store_add_queue(f->pg, f->ctx, &session);
    session_store_add_token_queue(f->pg, f->ctx, first_hash, &session.id, 1);
    must_flush(f->pg);
}

static const uint8_t KEY_HASH[TOKEN_HASH_BYTES] = {9};

static void exchange(struct fixture *f, const uint8_t used[TOKEN_HASH_BYTES], const uint8_t next[TOKEN_HASH_BYTES],
                     int64_t number, int64_t now_us)
{
    session_store_successor_queue(f->pg, f->ctx,
                                  &(struct successor){.used_hash = used,
                                                      .key_hash = KEY_HASH,
                                                      .successor_hash = next,
                                                      .session = FAMILY,
                                                      .number = number,
                                                      .now_us = now_us});
    must_flush(f->pg);
}

static void test_the_pair_whose_reply_may_be_lost_is_never_forgotten(void **state)
{
    struct fixture *f = *state;
    uint8_t hashes[4][TOKEN_HASH_BYTES] = {{1}, {2}, {3}, {4}};
    open_family(f, hashes[0]);
    for (int i = 0; i < 3; i++) { /* each a month after the last */
        struct presented_token found = presented(f, hashes[i], i + 1);
        assert_true(found.known && !found.used && found.newest_number == i + 1);
        exchange(f, hashes[i], hashes[i + 1], i + 2, (i + 1) * 30 * CLOCK_DAY_US);
    }
    struct presented_token found = presented(f, hashes[2], 3);
    assert_true(found.known && found.used && !found.successor_used && found.newest_number == 4);
    found = presented(f, hashes[0], 1);
    assert_true(found.found && !found.known);
}

static void test_a_token_that_is_not_signed_finds_its_family_by_its_hash(void **state)
{
    struct fixture *f = *state;
    uint8_t hashes[3][TOKEN_HASH_BYTES] = {{1}, {2}, {3}};
    open_family(f, hashes[0]);
    must(f->pg, "UPDATE session SET refresh_number = 0"); /* as an older binary left it */
    struct presented_token found = presented(f, hashes[0], 0);
    assert_true(found.known && !found.used && found.newest_number == 0);
    exchange(f, hashes[0], hashes[1], 1, 1);
    assert_true(presented(f, hashes[0], 0).used);
    assert_false(presented(f, hashes[2], 0).found);
}

static void test_a_token_of_what_a_restore_lost_leaves_no_other_unused_one(void **state)
{
    struct fixture *f = *state;
    uint8_t first[TOKEN_HASH_BYTES] = {1}, fifth[TOKEN_HASH_BYTES] = {5}, sixth[TOKEN_HASH_BYTES] = {6};
    open_family(f, first);
    assert_int_equal(loop_store_mark_restored(f->pg, f->ctx, 1), ERR_OK);
    struct presented_token found = presented(f, fifth, 5);
    assert_true(found.found && !found.known && found.newest_number == 1);
    assert_true(found.restoration.number > found.restoration_taken);
    session_store_successor_queue(f->pg, f->ctx,
                                  &(struct successor){.used_hash = fifth,
                                                      .key_hash = KEY_HASH,
                                                      .successor_hash = sixth,
                                                      .session = FAMILY,
                                                      .number = 6,
                                                      .restoration = found.restoration.number,
                                                      .now_us = 2});
    must_flush(f->pg);
    found = presented(f, fifth, 5);
    assert_true(found.known && found.used && !found.successor_used && found.newest_number == 6);
    assert_true(found.restoration.number == found.restoration_taken);
    found = presented(f, first, 1);
    assert_true(found.known && found.used && found.key_hash.len == 0);
}

static void test_who_left_has_no_account_to_sign_in_with(void **state)
{
    struct fixture *f = *state;
    struct account account;
    struct uuid admin_id = member_id_of("00");
    account_store_set_password_queue(f->pg, f->ctx, &admin_id, "hash", 1);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(account_store_find(f->pg, f->ctx, "00", "a", &account), ERR_OK);
    assert_true(account.found && !account.known_device && !account.activated &&
                strcmp(account.password_hash, "hash") == 0);
    must(f->pg, "UPDATE member SET status = 3 WHERE card_number = '00'");
    assert_int_equal(account_store_find(f->pg, f->ctx, "00", "a", &account), ERR_OK);
    assert_false(account.found);
}

/* --- devices of sessions --- */

static struct uuid add_session(struct fixture *f, uint8_t id)
{
    struct new_session session = {.id = {{id}}, .member = member_id_of("00"), .now_us = 1};
    session_store_add_queue(f->pg, f->ctx, &session);
    must_flush(f->pg);
    return session.id;
}

/* A command of the administrator, sent by a session, as one batch; what its handler returned. */
static enum err send(struct fixture *f, const struct uuid *session, const ProtobufCMessage *body)
{
    static const struct loop_part *const PARTS[] = {&SESSION_PART, &DEVICE_PART};
    static const struct kafka_record RECORD = {.topic = TOPIC_AUTH_COMMANDS};
    static uint8_t n;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    struct loop_batch *batch = loop_batch_new(f->ctx, PARTS, ARRAY_LENGTH(PARTS), 0);
    struct loop_slot slot = {.record = &RECORD};
    slot.message = (struct loop_message){.topic = TOPIC_AUTH_COMMANDS,
                                         .id = {{0x70, ++n}},
                                         .aggregate = member_id_of("00"),
                                         .actor = member_id_of("00"),
                                         .has_actor = true,
                                         .session = *session,
                                         .now_us = n * CLOCK_SECOND_US,
                                         .body = body,
                                         .batch = batch,
                                         .ctx = f->ctx};
    assert_int_equal(
        loop_find_handlers(PARTS, ARRAY_LENGTH(PARTS), TOPIC_AUTH_COMMANDS, body->descriptor->short_name, handlers), 1);
    assert_int_equal(handlers[0]->want(&slot.message), ERR_OK);
    parts_load(f->pg, batch);
    enum err err = handlers[0]->apply(&slot.message);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return err;
}

static enum err put_device(struct fixture *f, const struct uuid *session, const char *name)
{
    Pb__RegisterDevice body = PB__REGISTER_DEVICE__INIT;
    body.device_id = mem_text(f->ctx, name);
    body.token = mem_printf(f->ctx, "token of %s", name);
    body.provider = PB__PROVIDER__PROVIDER_SIM;
    return send(f, session, &body.base);
}

static enum err end_session(struct fixture *f, const struct uuid *by, const struct uuid *session)
{
    Pb__EndSession body = PB__END_SESSION__INIT;
    body.has_session_id = true;
    body.session_id = uuid_to_pb(f->ctx, session);
    return send(f, by, &body.base);
}

static void assert_only_device(struct fixture *f, const char *name)
{
    struct uuid member = member_id_of("00");
    struct devices devices;
    assert_int_equal(device_store_of_member(f->pg, f->ctx, &member, &devices), ERR_OK);
    assert_int_equal(devices.n, 1);
    assert_string_equal(devices.items[0].device_id, name);
}

static void test_a_device_ends_with_the_session_that_registered_it(void **state)
{
    struct fixture *f = *state;
    struct uuid one = add_session(f, 1), two = add_session(f, 2);
    assert_int_equal(put_device(f, &one, "phone"), ERR_OK);
    assert_int_equal(put_device(f, &two, "tablet"), ERR_OK);
    assert_int_equal(end_session(f, &two, &one), ERR_OK);
    assert_only_device(f, "tablet");
}

static void test_a_device_registered_again_is_the_newer_sessions(void **state)
{
    struct fixture *f = *state;
    struct uuid one = add_session(f, 1), two = add_session(f, 2);
    assert_int_equal(put_device(f, &one, "phone"), ERR_OK);
    assert_int_equal(put_device(f, &two, "phone"), ERR_OK);
    assert_int_equal(end_session(f, &one, &one), ERR_OK);
    assert_only_device(f, "phone");
}

static void test_an_ended_session_registers_no_device(void **state)
{
    struct fixture *f = *state;
    struct uuid one = add_session(f, 1), two = add_session(f, 2), unknown = {{9}};
    assert_int_equal(put_device(f, &two, "tablet"), ERR_OK);
    assert_int_equal(end_session(f, &one, &one), ERR_OK);
    assert_int_equal(put_device(f, &one, "phone"), ERR_SESSION_ENDED);
    assert_int_equal(put_device(f, &unknown, "phone"), ERR_SESSION_ENDED);
    assert_only_device(f, "tablet");
}

static void test_a_session_that_an_event_says_ended_ends_again(void **state)
{
    struct fixture *f = *state;
    static const struct loop_part *const PARTS[] = {&SESSION_EVENTS_PART};
    struct uuid one = add_session(f, 1), two = add_session(f, 2);
    assert_int_equal(put_device(f, &one, "phone"), ERR_OK);
    assert_int_equal(put_device(f, &two, "tablet"), ERR_OK);
    Pb__SessionEnded event = PB__SESSION_ENDED__INIT;
    event.session_id = uuid_to_pb(f->ctx, &one);
    event.member_id = event.session_id;
    struct loop_message message = {.topic = TOPIC_AUTH_EVENTS, .body = &event.base};
    parts_hear(f, PARTS, ARRAY_LENGTH(PARTS), &message, 1);
    assert_only_device(f, "tablet");
    assert_int_equal(put_device(f, &one, "phone"), ERR_SESSION_ENDED);
}

/* --- one's own sessions --- */

static const Pb__LoginSession *listed(const Pb__LoginSessionList *list, const struct uuid *id)
{
    for (size_t i = 0; i < list->n_items; i++)
        if (memcmp(list->items[i]->id.data, id->bytes, sizeof id->bytes) == 0)
            return list->items[i];
    return NULL;
}

static Pb__LoginSessionList *list_sessions(struct fixture *f)
{
    struct uuid member = member_id_of("00");
    Pb__LoginSessionList *list = mem_new(f->ctx, Pb__LoginSessionList);
    pb__login_session_list__init(list);
    assert_int_equal(session_store_of_member(f->pg, f->ctx, &member, 0, list), ERR_OK);
    return list;
}

static void test_a_session_names_the_device_that_it_registered_under_whatever_name(void **state)
{
    struct fixture *f = *state;
    struct uuid one = add_session(f, 1), two = add_session(f, 2), bare = add_session(f, 3);
    must(f->pg, "UPDATE session SET device_id = 'phone' WHERE id <> '03000000-0000-0000-0000-000000000000'");
    assert_int_equal(put_device(f, &one, "phone"), ERR_OK);
    assert_int_equal(put_device(f, &two, "watch"), ERR_OK);
    session_store_touch_queue(f->pg, f->ctx, &two, 90 * CLOCK_SECOND_US);
    must_flush(f->pg);
    Pb__LoginSessionList *list = list_sessions(f);
    assert_int_equal(list->n_items, 3);
    assert_string_equal(listed(list, &one)->device->id, "phone");
    assert_string_equal(listed(list, &two)->device->id, "watch");
    assert_null(listed(list, &bare)->device);
    assert_int_equal(listed(list, &two)->last_used_at_us, 90 * CLOCK_SECOND_US);
    assert_int_equal(listed(list, &two)->device->last_used_at_us, 90 * CLOCK_SECOND_US);
    const Pb__Device *phone = listed(list, &one)->device;
    assert_int_equal(phone->last_used_at_us, phone->created_at_us); /* registering it was its last use */
}

static void test_a_session_that_lapsed_ends_and_its_devices_with_it(void **state)
{
    struct fixture *f = *state;
    struct uuid idle = add_session(f, 1), used = add_session(f, 2);
    size_t n = 0;
    assert_int_equal(put_device(f, &idle, "phone"), ERR_OK);
    assert_int_equal(put_device(f, &used, "tablet"), ERR_OK);
    session_store_touch_queue(f->pg, f->ctx, &used, CLOCK_DAY_US);
    must_flush(f->pg);
    assert_int_equal(lapse_turn(f->pg, f->ctx, SESSION_IDLE_US, &n), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(lapse_turn(f->pg, f->ctx, SESSION_IDLE_US + 1, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_only_device(f, "tablet");
    assert_int_equal(list_sessions(f)->n_items, 1);
    assert_int_equal(lapse_turn(f->pg, f->ctx, SESSION_IDLE_US + 1, &n), ERR_OK);
    assert_int_equal(n, 0);
}

static void test_a_token_names_its_family_though_the_token_is_forgotten(void **state)
{
    struct fixture *f = *state;
    uint8_t first[TOKEN_HASH_BYTES] = {1}, unknown[TOKEN_HASH_BYTES] = {2};
    struct uuid session;
    bool found = false;
    open_family(f, first);
    const struct refresh_claims signed_claims = {FAMILY, 7}, none = {.number = 0}, strange = {{{9}}, 1};
    assert_int_equal(session_store_find_family(f->pg, f->ctx, unknown, &signed_claims, &found, &session), ERR_OK);
    assert_true(found && uuid_equal(&session, &FAMILY));
    assert_int_equal(session_store_find_family(f->pg, f->ctx, first, &none, &found, &session), ERR_OK);
    assert_true(found && uuid_equal(&session, &FAMILY));
    assert_int_equal(session_store_find_family(f->pg, f->ctx, unknown, &none, &found, &session), ERR_OK);
    assert_false(found);
    assert_int_equal(session_store_find_family(f->pg, f->ctx, first, &strange, &found, &session), ERR_OK);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_step_opens_one_session_on_a_device),
        CASE(test_the_pair_whose_reply_may_be_lost_is_never_forgotten),
        CASE(test_a_token_that_is_not_signed_finds_its_family_by_its_hash),
        CASE(test_a_token_of_what_a_restore_lost_leaves_no_other_unused_one),
        CASE(test_who_left_has_no_account_to_sign_in_with),
        CASE(test_a_device_ends_with_the_session_that_registered_it),
        CASE(test_a_device_registered_again_is_the_newer_sessions),
        CASE(test_an_ended_session_registers_no_device),
        CASE(test_a_session_that_an_event_says_ended_ends_again),
        CASE(test_a_session_names_the_device_that_it_registered_under_whatever_name),
        CASE(test_a_session_that_lapsed_ends_and_its_devices_with_it),
        CASE(test_a_token_names_its_family_though_the_token_is_forgotten),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
