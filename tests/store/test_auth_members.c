/* Commands about members, positions and transfers against a real PostgreSQL: who may, what becomes of the rows, and
 * what is kept of it. Beside what auth_fixture.c says there are two branches of a ward, and people of the first. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/device/device_commands.h"
#include "services/auth/grant/grant_commands.h"
#include "services/auth/history/history_store.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/membership/membership_commands.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/session/session_commands.h"
#include "services/auth/transfer/transfer_commands.h"
#include "services/auth/transfer/transfer_view_store.h"

static const struct loop_part *const PARTS[] = {
    &MEMBERSHIP_PART, &MEMBERSHIP_COMMANDS_PART, &GRANT_PART, &TRANSFER_PART, &SESSION_PART, &DEVICE_PART, &AUDIT_PART};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
static const struct uuid WARD = {{0xc2}}, BRANCH = {{0xb1}}, OTHER_BRANCH = {{0xb2}};
static const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, RECEIVER = {{0x53}}, DEPUTY = {{0x54}};

/* A row a line. */
/* clang-format off */
static const char PEOPLE[] =
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.code, u.name, u.level, r.id, ARRAY[r.id, u.id], 1 FROM organization r, (VALUES"
    " (" ID("c2") "::uuid, 'W', 'Phường', 2), (" ID("b1") "::uuid, 'B1', 'Chi bộ 1', 3),"
    " (" ID("b2") "::uuid, 'B2', 'Chi bộ 2', 3)) u(id, code, name, level) WHERE r.code = 'R';"
    "UPDATE organization SET path = path[1:1] || " ID("c2") "::uuid || path[2:2] WHERE level = 3;"
    "INSERT INTO member(id, version, card_number, full_name, search_name, branch_id, status, exempt, since_us,"
    "    changed_at_us) SELECT id, 1, card, name, fold(name), branch, 0, false, 1, 1 FROM (VALUES"
    " (" ID("51") "::uuid, 'C1', 'Bí Thư', " ID("b1") "::uuid),"
    " (" ID("52") "::uuid, 'C2', 'Đảng Viên', " ID("b1") "::uuid),"
    " (" ID("53") "::uuid, 'C3', 'Người Nhận', " ID("b2") "::uuid),"
    " (" ID("54") "::uuid, 'C4', 'Phó', " ID("b1") "::uuid)) u(id, card, name, branch);"
    "INSERT INTO member_position(member_id, organization_id, role, from_us) VALUES"
    " (" ID("51") ", " ID("b1") ", 2, 1), (" ID("53") ", " ID("b2") ", 2, 1), (" ID("54") ", " ID("b1") ", 1, 1);";
/* clang-format on */

static struct uuid admin_id(void)
{
    return member_id_of("00");
}

/* One batch of one command; what its handler returned. A refusal has changed nothing. */
struct said {
    struct fixture *f;
    struct uuid actor; /* zero: a timer */
    int64_t now_us;
    struct loop_slot slot;
};

static enum err say(struct said *said, const struct uuid *aggregate, const ProtobufCMessage *body)
{
    static const struct kafka_record RECORD = {.topic = TOPIC_AUTH_COMMANDS};
    static uint8_t n;
    struct fixture *f = said->f;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    struct loop_batch *batch = loop_batch_new(f->ctx, PARTS, ARRAY_LENGTH(PARTS), 0);
    said->slot = (struct loop_slot){.record = &RECORD};
    said->slot.message = (struct loop_message){.topic = TOPIC_AUTH_COMMANDS,
                                               .id = {{0x70, ++n}},
                                               .aggregate = *aggregate,
                                               .actor = said->actor,
                                               .has_actor = !uuid_is_zero(&said->actor),
                                               .now_us = said->now_us,
                                               .body = body,
                                               .batch = batch,
                                               .ctx = f->ctx};
    assert_int_equal(
        loop_find_handlers(PARTS, ARRAY_LENGTH(PARTS), TOPIC_AUTH_COMMANDS, body->descriptor->short_name, handlers), 1);
    assert_int_equal(handlers[0]->want(&said->slot.message), ERR_OK);
    parts_load(f->pg, batch);
    enum err err = handlers[0]->apply(&said->slot.message);
    if (batch->timers)
        pg_queue(f->pg, batch->timers);
    enum err written = parts_write(f->pg, batch);
    if (written)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(written, ERR_OK);
    return err;
}

static int64_t number(struct fixture *f, const char *sql)
{
    static int n; /* a statement is prepared under its name, and lives as long as the connection */
    struct pg_result *result;
    struct pg_statement *statement = mem_new(f->ctx, struct pg_statement);
    *statement = (struct pg_statement){.name = mem_printf(f->ctx, "number_%d", n++), .sql = sql};
    enum err err = pg_run(f->pg, pg_args(f->ctx, statement), &result);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    return pg_rows(result) ? pg_get_int8(result, 0, 0) : -1;
}

static int64_t day(int days)
{
    return clock_date_start_us(clock_date_join(2026, 12, 1) + days) + 9 * CLOCK_HOUR_US;
}

static struct said by(struct fixture *f, const struct uuid *actor, int64_t now_us)
{
    return (struct said){.f = f, .actor = *actor, .now_us = now_us};
}

static Pb__EditMember edit_of(struct fixture *f, const struct uuid *member)
{
    Pb__EditMember body = PB__EDIT_MEMBER__INIT;
    body.member_id = uuid_to_pb(f->ctx, member);
    return body;
}

static Pb__EditMember leaving(struct fixture *f, const struct uuid *member)
{
    Pb__EditMember body = edit_of(f, member);
    body.has_status = body.has_left_reason = true;
    body.status = PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    body.left_reason = PB__LEFT_REASON__LEFT_REASON_DIED;
    body.reason = mem_text(f->ctx, "Từ trần");
    return body;
}

/* --- members ------------------------------------------------------------------------------------------------------ */

static enum err create(struct said *said, const struct uuid *branch, const char *card)
{
    const struct uuid id = {{0x99}};
    Pb__CreateMember body = PB__CREATE_MEMBER__INIT;
    body.card_number = mem_text(said->f->ctx, card);
    body.full_name = mem_text(said->f->ctx, "Đỗ Thị Đào");
    body.branch_id = uuid_to_pb(said->f->ctx, branch);
    return say(said, &id, &body.base);
}

static void test_a_secretary_adds_members_to_his_branch(void **state)
{
    struct fixture *f = *state;
    struct said said = by(f, &SECRETARY, day(0));
    assert_int_equal(create(&said, &BRANCH, " T1"), ERR_INVALID); /* nor would the roster take it */
    assert_int_equal(create(&said, &BRANCH, "T1"), ERR_OK);
    struct uuid id = member_id_of("T1");
    assert_true(said.slot.after_events && uuid_equal(&said.slot.resource_id, &id));
    assert_int_equal(number(f, "SELECT members FROM organization_count WHERE organization_id = " ID("b1")), 4);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history WHERE action = 0"), 1);
    assert_int_equal(create(&said, &BRANCH, "T1"), ERR_CARD_TAKEN);
    assert_int_equal(create(&said, &OTHER_BRANCH, "T2"), ERR_NOT_FOUND);
    assert_int_equal(create(&said, &WARD, "T2"), ERR_NOT_ALLOWED); /* on his path, and not his */
    said = by(f, &MEMBER, day(0));
    assert_int_equal(create(&said, &BRANCH, "T2"), ERR_NOT_ALLOWED);
    struct uuid root = admin_id();
    said = by(f, &root, day(0));
    assert_int_equal(create(&said, &WARD, "T2"), ERR_INVALID);
    assert_int_equal(create(&said, &OTHER_BRANCH, "T2"), ERR_OK);
}

static void test_the_version_that_is_edited_is_the_one_that_was_read(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id();
    struct said said = by(f, &root, day(0));
    Pb__EditMember body = edit_of(f, &MEMBER);
    body.full_name = mem_text(f->ctx, "Đảng Viên Mới");
    assert_int_equal(say(&said, &MEMBER, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT version FROM member WHERE card_number = 'C2'"), 2);
    assert_int_equal(say(&said, &MEMBER, &body.base), ERR_OK); /* nothing changes */
    assert_int_equal(number(f, "SELECT version FROM member WHERE card_number = 'C2'"), 2);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM member WHERE search_name = 'dangvienmoi'"), 1);
}

static void test_who_leaves_is_signed_out_and_holds_nothing(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg,
             "UPDATE organization SET contact_member_id = " ID(
                 "54") " WHERE code = 'B1';"
                       "INSERT INTO session(id, member_id, created_at_us, last_used_at_us) VALUES"
                       " (" ID("01") ", " ID("54") ", 1, 1), (" ID("02") ", " ID(
                           "52") ", 1, 1);"
                                 "INSERT INTO device(member_id, device_id, provider, token, token_hash, created_at_us,"
                                 "    registered_at_us) VALUES (" ID("54") ", 'a', 3, 'a', '\\x01', 1, 1);");
    struct said said = by(f, &SECRETARY, day(0));
    Pb__EditMember body = leaving(f, &DEPUTY);
    assert_int_equal(say(&said, &DEPUTY, &body.base), ERR_OK);
    assert_int_equal(said.slot.n_events, 2); /* the session, the device */
    assert_int_equal(number(f, "SELECT count(*) FROM session WHERE ended_at_us IS NULL"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM device"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE to_us IS NULL AND member_id = " ID("54")),
                     0);
    assert_int_equal(number(f, "SELECT count(*) FROM organization WHERE contact_member_id IS NOT NULL"), 0);
    assert_int_equal(number(f, "SELECT to_us FROM member_past WHERE member_id = " ID("54")), day(0));
    assert_int_equal(number(f, "SELECT attendance_base FROM organization_count WHERE organization_id = " ID("b1")), 2);
    assert_true(number(f, "SELECT token_generation FROM member WHERE id = " ID("54")) > 0);
    said = by(f, &MEMBER, day(1));
    assert_int_equal(say(&said, &DEPUTY, &body.base), ERR_NOT_FOUND); /* he is not seen any more */
}

static void test_who_left_comes_back_within_thirty_days(void **state)
{
    struct fixture *f = *state;
    struct said said = by(f, &SECRETARY, day(0));
    Pb__EditMember leave = leaving(f, &MEMBER), back = edit_of(f, &MEMBER);
    back.has_status = true;
    back.reason = mem_text(f->ctx, "Ghi nhầm");
    assert_int_equal(say(&said, &MEMBER, &leave.base), ERR_OK);
    said = by(f, &SECRETARY, day(31));
    assert_int_equal(say(&said, &MEMBER, &back.base), ERR_UNDO_EXPIRED);
    said = by(f, &SECRETARY, day(29));
    assert_int_equal(say(&said, &MEMBER, &back.base), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member_past WHERE member_id = " ID("52")), 1);
    assert_int_equal(number(f, "SELECT since_us FROM member WHERE id = " ID("52")), day(29));
    assert_int_equal(number(f, "SELECT left_reason FROM member WHERE id = " ID("52")), 0);
}

static void test_a_history_is_read_page_by_page_newest_first(void **state)
{
    struct fixture *f = *state;
    struct said said = by(f, &SECRETARY, day(0));
    struct history_entry *entries;
    size_t n;
    for (int i = 0; i < 3; i++) {
        Pb__EditMember body = edit_of(f, &MEMBER);
        body.has_exempt = true;
        body.exempt = i % 2 == 0;
        body.reason = mem_printf(f->ctx, "Lần %d", i);
        said.now_us = day(i);
        assert_int_equal(say(&said, &MEMBER, &body.base), ERR_OK);
    }
    assert_int_equal(history_store_list(f->pg, f->ctx, &MEMBER, NULL, 2, &entries, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(entries[0].item->reason, "Lần 2");
    assert_string_equal(entries[0].item->actor->full_name, "Bí Thư");
    assert_string_equal(entries[0].item->changes[0]->field, "exempt");
    assert_string_equal(entries[0].item->changes[0]->new_, "true");
    assert_int_equal(history_store_list(f->pg, f->ctx, &MEMBER, &entries[1].place, 2, &entries, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(entries[0].item->reason, "Lần 0");
}

static void test_a_birth_year_is_shown_where_a_name_occurs_twice(void **state)
{
    struct fixture *f = *state;
    Pb__Member *member;
    must(f->pg, "UPDATE member SET born_on = 0 WHERE card_number = 'C2'");
    assert_int_equal(member_view_store_read(f->pg, f->ctx, &MEMBER, &member), ERR_OK);
    assert_false(member->has_birth_year);
    must(f->pg, "UPDATE member SET full_name = 'Đảng Viên' WHERE card_number = 'C4'");
    assert_int_equal(member_view_store_read(f->pg, f->ctx, &MEMBER, &member), ERR_OK);
    assert_true(member->has_birth_year);
    assert_int_equal(member->birth_year, 1970);
}

/* --- transfers ---------------------------------------------------------------------------------------------------- */

static const struct uuid TRANSFER = {{0x91}}, ANOTHER = {{0x92}};

static enum err ask(struct said *said, const struct uuid *transfer, const struct uuid *to, int32_t until)
{
    Pb__RequestTransfer body = PB__REQUEST_TRANSFER__INIT;
    body.member_id = uuid_to_pb(said->f->ctx, &MEMBER);
    body.to_branch_id = uuid_to_pb(said->f->ctx, to);
    body.kind = until ? PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY : PB__TRANSFER_KIND__TRANSFER_KIND_PERMANENT;
    body.has_until = until != 0;
    body.until = until;
    body.reason = mem_text(said->f->ctx, "Chuyển nhà");
    return say(said, transfer, &body.base);
}

static enum err approve(struct said *said)
{
    Pb__ApproveTransfer body = PB__APPROVE_TRANSFER__INIT;
    body.transfer_id = uuid_to_pb(said->f->ctx, &TRANSFER);
    return say(said, &TRANSFER, &body.base);
}

static enum err revert(struct said *said)
{
    Pb__RevertTransfer body = PB__REVERT_TRANSFER__INIT;
    body.transfer_id = uuid_to_pb(said->f->ctx, &TRANSFER);
    return say(said, &TRANSFER, &body.base);
}

static enum err end_by_itself(struct said *said)
{
    Pb__EndTransfer body = PB__END_TRANSFER__INIT;
    body.transfer_id = uuid_to_pb(said->f->ctx, &TRANSFER);
    return say(said, &TRANSFER, &body.base);
}

static bool is_in(struct fixture *f, const char *code)
{
    return number(f, mem_printf(f->ctx,
                                "SELECT count(*) FROM member m JOIN organization o ON o.id = m.branch_id"
                                " WHERE m.card_number = 'C2' AND o.code = '%s'",
                                code)) == 1;
}

static void test_two_secretaries_transfer_a_member_who_takes_nothing_along(void **state)
{
    struct fixture *f = *state;
    struct said from = by(f, &SECRETARY, day(0)), to = by(f, &RECEIVER, day(1)), member = by(f, &MEMBER, day(0));
    must(f->pg, "INSERT INTO member_position(member_id, organization_id, role, from_us)"
                " VALUES (" ID("52") ", " ID("b1") ", 3, 1)");
    assert_int_equal(ask(&member, &TRANSFER, &OTHER_BRANCH, 0), ERR_NOT_ALLOWED);
    assert_int_equal(ask(&from, &TRANSFER, &OTHER_BRANCH, 0), ERR_OK);
    assert_true(is_in(f, "B1"));
    assert_int_equal(ask(&from, &ANOTHER, &OTHER_BRANCH, 0), ERR_TRANSFER_OPEN);
    assert_int_equal(approve(&from), ERR_NOT_ALLOWED);
    assert_int_equal(approve(&to), ERR_OK);
    assert_true(is_in(f, "B2"));
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE to_us IS NULL AND member_id = " ID("52")),
                     0);
    assert_int_equal(number(f, "SELECT members FROM organization_count WHERE organization_id = " ID("b2")), 2);
    assert_int_equal(approve(&to), ERR_WRONG_STATE);
    assert_int_equal(ask(&from, &ANOTHER, &OTHER_BRANCH, 0), ERR_NOT_FOUND); /* his old secretary sees him no more */
    assert_int_equal(revert(&from), ERR_NOT_ALLOWED);
    assert_int_equal(revert(&to), ERR_OK);
    assert_true(is_in(f, "B1"));
}

static void test_an_administrator_transfers_at_once(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id(), nowhere = {{0xff}};
    struct said said = by(f, &root, day(0));
    assert_int_equal(ask(&said, &TRANSFER, &nowhere, 0), ERR_INVALID);
    assert_int_equal(ask(&said, &TRANSFER, &BRANCH, 0), ERR_INVALID);
    assert_int_equal(ask(&said, &TRANSFER, &WARD, 0), ERR_INVALID);
    assert_int_equal(ask(&said, &TRANSFER, &OTHER_BRANCH, 0), ERR_OK);
    assert_true(is_in(f, "B2"));
    assert_int_equal(number(f, "SELECT count(*) FROM timer"), 0);
}

static void test_a_temporary_transfer_ends_by_itself(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id(), nobody = {{0}};
    struct said said = by(f, &root, day(0)), timer = by(f, &nobody, day(11));
    int32_t until = clock_local_date(day(10));
    assert_int_equal(ask(&said, &TRANSFER, &OTHER_BRANCH, until), ERR_OK);
    assert_true(is_in(f, "B2"));
    assert_int_equal(number(f, "SELECT due_us FROM timer WHERE kind = 'EndTransfer'"), clock_date_start_us(until + 1));
    assert_int_equal(ask(&said, &ANOTHER, &BRANCH, 0), ERR_TRANSFER_OPEN);
    assert_int_equal(end_by_itself(&said), ERR_NOT_FOUND); /* nobody says it but a timer */
    assert_int_equal(end_by_itself(&timer), ERR_OK);
    assert_true(is_in(f, "B1"));
    assert_int_equal(end_by_itself(&timer), ERR_WRONG_STATE);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history WHERE actor_id IS NULL"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM member_past WHERE member_id = " ID("52")), 2);
}

static size_t listed(struct fixture *f, const struct directory_scope *scope)
{
    Pb__Transfer **items;
    size_t n;
    assert_int_equal(transfer_view_store_list(f->pg, f->ctx, scope, &(struct transfer_filter){.limit = 10}, &items, &n),
                     ERR_OK);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(items[i]->to_branch->name, "Chi bộ 2");
    return n;
}

static void test_who_reads_a_transfer(void **state)
{
    struct fixture *f = *state;
    struct said said = by(f, &SECRETARY, day(0));
    assert_int_equal(ask(&said, &TRANSFER, &OTHER_BRANCH, 0), ERR_OK);
    struct uuid branch = BRANCH, other = OTHER_BRANCH, ward = WARD, far = {{0xee}};
    const struct {
        struct directory_scope scope;
        size_t n;
    } ROWS[] = {
        {{.member = MEMBER, .has_member = true}, 1},
        {{.member = DEPUTY, .has_member = true, .branch = BRANCH, .has_branch = true}, 0},
        {{.heads = &branch, .n_heads = 1}, 1},
        {{.heads = &other, .n_heads = 1}, 1},
        {{.heads = &far, .n_heads = 1}, 0},
        {{.officers = &ward, .n_officers = 1}, 1},
        {{.admins = &far, .n_admins = 1, .member = MEMBER, .has_member = true}, 1},
        {{.admins = &far, .n_admins = 1}, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        Pb__Transfer *one;
        assert_int_equal(listed(f, &ROWS[i].scope), ROWS[i].n);
        assert_int_equal(transfer_view_store_read(f->pg, f->ctx, &ROWS[i].scope, &TRANSFER, &one), ERR_OK);
        assert_int_equal(one != NULL, ROWS[i].n);
    }
}

/* --- positions and doubles ---------------------------------------------------------------------------------------- */

static enum err put(struct said *said, const struct uuid *member, int role, const struct uuid *replaced)
{
    Pb__PutPosition body = PB__PUT_POSITION__INIT;
    body.organization_id = uuid_to_pb(said->f->ctx, &BRANCH);
    body.member_id = uuid_to_pb(said->f->ctx, member);
    body.role = (Pb__Role)role;
    body.has_replaces_member_id = replaced != NULL;
    if (replaced)
        body.replaces_member_id = uuid_to_pb(said->f->ctx, replaced);
    return say(said, &BRANCH, &body.base);
}

static void test_a_secretary_hands_over_in_one_step(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id();
    struct said said = by(f, &root, day(0)), secretary = by(f, &SECRETARY, day(0));
    must(f->pg, "UPDATE organization SET contact_member_id = " ID("51") " WHERE code = 'B1'");
    assert_int_equal(put(&secretary, &MEMBER, PB__ROLE__ROLE_DEPUTY_SECRETARY, NULL), ERR_NOT_ALLOWED);
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_SECRETARY, NULL), ERR_POSITION_TAKEN);
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_SECRETARY, &DEPUTY), ERR_INVALID);
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_OFFICER, NULL), ERR_INVALID); /* of a branch there is none */
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_ADMIN, NULL), ERR_NOT_ALLOWED);
    assert_int_equal(put(&said, &root, PB__ROLE__ROLE_SECRETARY, &SECRETARY), ERR_NOT_ALLOWED);
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_SECRETARY, &SECRETARY), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE organization_id = " ID(
                                   "b1") " AND role = 2 AND to_us IS NULL AND member_id = " ID("52")),
                     1);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE organization_id = " ID(
                                   "b1") " AND role = 2 AND to_us IS NULL"),
                     1);
    assert_int_equal(number(f, "SELECT count(*) FROM organization WHERE contact_member_id IS NOT NULL"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history WHERE action = 3"), 2);
    assert_int_equal(put(&said, &MEMBER, PB__ROLE__ROLE_SECRETARY, NULL), ERR_OK); /* he is it already */
    assert_int_equal(number(f, "SELECT count(*) FROM member_history WHERE action = 3"), 2);
}

static void test_a_position_ends(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id();
    struct said said = by(f, &root, day(0));
    Pb__EndPosition body = PB__END_POSITION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.member_id = uuid_to_pb(f->ctx, &DEPUTY);
    assert_int_equal(say(&said, &BRANCH, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT to_us FROM member_position WHERE member_id = " ID("54")), day(0));
    assert_true(number(f, "SELECT version FROM member WHERE id = " ID("54")) >= 2);
    assert_int_equal(say(&said, &BRANCH, &body.base), ERR_OK); /* he holds none already */
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 1);
}

static void test_a_double_is_merged_and_stays_readable(void **state)
{
    struct fixture *f = *state;
    struct uuid root = admin_id();
    struct said said = by(f, &root, day(0)), secretary = by(f, &SECRETARY, day(0));
    Pb__MergeMembers body = PB__MERGE_MEMBERS__INIT;
    body.member_id = uuid_to_pb(f->ctx, &MEMBER);
    body.duplicate_id = uuid_to_pb(f->ctx, &MEMBER);
    body.reason = mem_text(f->ctx, "Nhập hai lần");
    must(f->pg, "UPDATE member SET phone = '+84900000001' WHERE card_number = 'C4'");
    assert_int_equal(say(&said, &MEMBER, &body.base), ERR_INVALID);
    body.duplicate_id = uuid_to_pb(f->ctx, &DEPUTY);
    assert_int_equal(say(&secretary, &MEMBER, &body.base), ERR_NOT_ALLOWED);
    assert_int_equal(say(&said, &MEMBER, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member WHERE status = 3 AND left_reason = 4"
                               " AND merged_into = " ID("52")),
                     1);
    assert_int_equal(number(f, "SELECT count(*) FROM member WHERE card_number = 'C2' AND phone = '+84900000001'"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history WHERE action = 4"), 2);
    assert_int_equal(say(&said, &MEMBER, &body.base), ERR_WRONG_STATE);
}

#define WITH_PEOPLE(test) cmocka_unit_test_setup_teardown(test, with_people, each_stop)

static int with_people(void **state)
{
    int failed = each_start(state);
    if (!failed)
        must_all(((struct fixture *)*state)->pg, PEOPLE);
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(test_a_secretary_adds_members_to_his_branch),
        WITH_PEOPLE(test_the_version_that_is_edited_is_the_one_that_was_read),
        WITH_PEOPLE(test_who_leaves_is_signed_out_and_holds_nothing),
        WITH_PEOPLE(test_who_left_comes_back_within_thirty_days),
        WITH_PEOPLE(test_a_history_is_read_page_by_page_newest_first),
        WITH_PEOPLE(test_a_birth_year_is_shown_where_a_name_occurs_twice),
        WITH_PEOPLE(test_two_secretaries_transfer_a_member_who_takes_nothing_along),
        WITH_PEOPLE(test_an_administrator_transfers_at_once),
        WITH_PEOPLE(test_a_temporary_transfer_ends_by_itself),
        WITH_PEOPLE(test_who_reads_a_transfer),
        WITH_PEOPLE(test_a_secretary_hands_over_in_one_step),
        WITH_PEOPLE(test_a_position_ends),
        WITH_PEOPLE(test_a_double_is_merged_and_stays_readable),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
