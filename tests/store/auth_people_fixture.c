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

static struct loop_message message_of(struct fixture *f, const struct command *command, struct loop_batch *batch)
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
                                 .batch = batch,
                                 .ctx = f->ctx};
}

static const struct loop_handler *handler_of(const struct command *command)
{
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    assert_int_equal(loop_find_handlers(command->parts, command->n_parts, TOPIC_AUTH_COMMANDS,
                                        command->body->descriptor->short_name, handlers),
                     1);
    return handlers[0];
}

void commands_say(struct fixture *f, const struct command commands[], size_t n, struct loop_slot slots[],
                  enum err ret_errs[])
{
    static const struct kafka_record RECORD = {.topic = TOPIC_AUTH_COMMANDS};
    struct loop_batch *batch = loop_batch_new(f->ctx, commands->parts, commands->n_parts, 0);
    for (size_t i = 0; i < n; i++) {
        slots[i] = (struct loop_slot){.record = &RECORD, .message = message_of(f, &commands[i], batch)};
        assert_int_equal(handler_of(&commands[i])->want(&slots[i].message), ERR_OK);
    }
    parts_load(f->pg, batch);
    for (size_t i = 0; i < n; i++)
        ret_errs[i] = handler_of(&commands[i])->apply(&slots[i].message);
    enum err written = parts_write(f->pg, batch);
    if (written)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(written, ERR_OK);
}

enum err command_say(struct fixture *f, const struct command *command, struct loop_slot *slot)
{
    enum err err;
    commands_say(f, command, 1, slot, &err);
    return err;
}

static struct pg_result *run(struct fixture *f, const char *sql)
{
    static int n;
    struct pg_result *result;
    struct pg_statement *statement = mem_new(f->ctx, struct pg_statement); /* a connection knows it by its address */
    *statement = (struct pg_statement){.name = mem_printf(f->ctx, "run%d", ++n), .sql = sql};
    enum err err = pg_run(f->pg, pg_args(f->ctx, statement), &result);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    return result;
}

int64_t number(struct fixture *f, const char *sql)
{
    struct pg_result *result = run(f, sql);
    return pg_rows(result) ? pg_get_int8(result, 0, 0) : -1;
}

const char *plan_of(struct fixture *f, const char *mode, const char *call)
{
    char *plan = mem_text(f->ctx, "");
    must(f->pg, mem_printf(f->ctx, "SET plan_cache_mode = %s", mode));
    struct pg_result *lines = run(f, mem_printf(f->ctx, "EXPLAIN (COSTS OFF) EXECUTE %s", call));
    must(f->pg, "RESET plan_cache_mode");
    for (size_t i = 0; i < pg_rows(lines); i++)
        plan = mem_append(plan, "%s\n", pg_get_text(f->ctx, lines, i, 0));
    return plan;
}
