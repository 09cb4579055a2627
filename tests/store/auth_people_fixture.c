#include "auth_people_fixture.h"

#include "common/base/mem.h"
#include "services/auth/member/member.h"

const struct uuid WARD = {{0xc2}}, OTHER_WARD = {{0xc3}}, BRANCH = {{0xb1}}, OTHER_BRANCH = {{0xb2}};
const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, RECEIVER = {{0x53}}, DEPUTY = {{0x54}}, OFFICER = {{0x55}};

/* A row a line. */
/* clang-format off */
static const char PEOPLE[] =
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.code, u.name, 2, r.id, ARRAY[r.id, u.id], 1 FROM organization r, (VALUES"
    " (" ID("c2") "::uuid, 'W', 'Phường'), (" ID("c3") "::uuid, 'V', 'Phường khác')) u(id, code, name);"
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.code, u.name, 3, w.id, w.path || u.id, 1 FROM organization w, (VALUES"
    " (" ID("b1") "::uuid, 'B1', 'Chi bộ 1'),"
    " (" ID("b2") "::uuid, 'B2', 'Chi bộ 2')) u(id, code, name) WHERE w.code = 'W';"
    "INSERT INTO member(id, version, card_number, full_name, search_name, branch_id, status, exempt, since_us,"
    "    changed_at_us) SELECT id, 1, card, name, fold(name), branch, 0, false, 1, 1 FROM (VALUES"
    " (" ID("51") "::uuid, 'C1', 'Bí Thư', " ID("b1") "::uuid),"
    " (" ID("52") "::uuid, 'C2', 'Đảng Viên', " ID("b1") "::uuid),"
    " (" ID("53") "::uuid, 'C3', 'Người Nhận', " ID("b2") "::uuid),"
    " (" ID("54") "::uuid, 'C4', 'Phó', " ID("b1") "::uuid),"
    " (" ID("55") "::uuid, 'C5', 'Cán Bộ', (SELECT id FROM organization WHERE code = 'R'))) u(id, card, name, branch);"
    "INSERT INTO member_position(member_id, organization_id, role, from_us) VALUES"
    " (" ID("51") ", " ID("b1") ", 2, 1), (" ID("53") ", " ID("b2") ", 2, 1), (" ID("54") ", " ID("b1") ", 1, 1),"
    " (" ID("55") ", " ID("c2") ", 4, 1);";
/* clang-format on */

const struct uuid *admin_id(void)
{
    static struct uuid id;
    id = member_id_of("00");
    return &id;
}

int with_people(void **state)
{
    int failed = each_start(state);
    if (!failed)
        must_all(((struct fixture *)*state)->pg, PEOPLE);
    return failed;
}

static struct loop_message message_of(struct fixture *f, const struct command *command)
{
    static int64_t now_us = 1000000;
    now_us++;
    return (struct loop_message){.topic = TOPIC_AUTH_COMMANDS,
                                 .id = {{0x70, (uint8_t)now_us}},
                                 .aggregate = command->aggregate,
                                 .actor = command->actor,
                                 .has_actor = true,
                                 .now_us = command->now_us ? command->now_us : now_us,
                                 .body = command->body,
                                 .batch = loop_batch_new(f->ctx, command->parts, command->n_parts, 0),
                                 .ctx = f->ctx};
}

enum err command_say(struct fixture *f, const struct command *command, struct loop_slot *slot)
{
    static const struct kafka_record RECORD = {.topic = TOPIC_AUTH_COMMANDS};
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    *slot = (struct loop_slot){.record = &RECORD, .message = message_of(f, command)};
    assert_int_equal(loop_find_handlers(command->parts, command->n_parts, TOPIC_AUTH_COMMANDS,
                                        command->body->descriptor->short_name, handlers),
                     1);
    assert_int_equal(handlers[0]->want(&slot->message), ERR_OK);
    parts_load(f->pg, slot->message.batch);
    enum err err = handlers[0]->apply(&slot->message);
    enum err written = parts_write(f->pg, slot->message.batch);
    if (written)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(written, ERR_OK);
    return err;
}

int64_t number(struct fixture *f, const char *sql)
{
    static int n;
    struct pg_result *result;
    struct pg_statement *statement = mem_new(f->ctx, struct pg_statement); /* a connection knows it by its address */
    *statement = (struct pg_statement){.name = mem_printf(f->ctx, "number%d", ++n), .sql = sql};
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, statement), &result), ERR_OK);
    return pg_rows(result) ? pg_get_int8(result, 0, 0) : -1;
}
