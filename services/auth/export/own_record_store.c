#include "services/auth/export/own_record_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/auth/account/regain.h"
#include "services/auth/consent/consent_store.h"
#include "services/auth/consent/consent_view.h"
#include "services/auth/transfer/transfer_view_store.h"

enum { TRANSFERS_MOST = 1000 /* of one person: beyond, something is wrong */ };

static const struct pg_statement MEMBER = {
    .name = "own_record",
    .sql = "SELECT m.born_on, m.gender, m.joined_on, g.name, g.head_id = m.id FROM member m"
           " LEFT JOIN party_group_member p ON p.member_id = m.id LEFT JOIN party_group g ON g.id = p.group_id"
           " WHERE m.id = $1::uuid"};
static const struct pg_statement STAYS = {
    .name = "own_record_stays",
    .sql = "SELECT b.id, b.name, s.status, s.exempt, s.from_us, s.to_us FROM"
           " (SELECT branch_id, status, exempt, from_us, to_us FROM member_past WHERE member_id = $1::uuid UNION ALL"
           "    SELECT branch_id, status, exempt, since_us, NULL FROM member"
           "    WHERE id = $1::uuid AND status <> " SQL_MEMBER_STATUS_LEFT
           ") s JOIN organization b ON b.id = s.branch_id ORDER BY s.from_us"};
static const struct pg_statement POSITIONS = {
    .name = "own_record_positions",
    .sql = "SELECT o.id, o.name, p.role, p.from_us, p.to_us FROM member_position p"
           " JOIN organization o ON o.id = p.organization_id WHERE p.member_id = $1::uuid ORDER BY p.from_us, o.id"};
static const struct pg_statement RECOVERIES = {
    .name = "own_record_recoveries",
    .sql =
        "SELECT r.id, r.created_at_us, r.ready_at_us, r.expires_at_us, r.objected_at_us IS NOT NULL,"
        "    r.used_at_us IS NOT NULL, m.id, m.full_name, r.reason FROM recovery r JOIN member m ON m.id = r.asked_by"
        " WHERE r.member_id = $1::uuid ORDER BY r.created_at_us, r.id"};

static Pb__BranchRef *branch_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = pg_get_bytes(ctx, r, row, 0);
    ref->name = pg_get_text(ctx, r, row, 1);
    return ref;
}

static void read_member(TALLOC_CTX *ctx, const struct pg_result *r, Pb__OwnRecord *record)
{
    record->has_date_of_birth = !pg_is_null(r, 0, 0);
    record->date_of_birth = (int32_t)pg_get_int8(r, 0, 0);
    record->has_gender = !pg_is_null(r, 0, 1);
    record->gender = (Pb__Gender)pg_get_int8(r, 0, 1);
    record->has_joined_on = !pg_is_null(r, 0, 2);
    record->joined_on = (int32_t)pg_get_int8(r, 0, 2);
    if (pg_is_null(r, 0, 3))
        return;
    record->group = mem_new(ctx, Pb__OwnRecord__Group);
    pb__own_record__group__init(record->group);
    record->group->name = pg_get_text(ctx, r, 0, 3);
    record->group->is_head = pg_get_bool(r, 0, 4);
}

static void read_stays(TALLOC_CTX *ctx, const struct pg_result *r, Pb__OwnRecord *record)
{
    record->branches = mem_array(ctx, Pb__OwnRecord__Stay *, pg_rows(r) + 1);
    for (size_t row = 0; row < pg_rows(r); row++) {
        Pb__OwnRecord__Stay *stay = mem_new(ctx, Pb__OwnRecord__Stay);
        pb__own_record__stay__init(stay);
        stay->branch = branch_ref(ctx, r, row);
        stay->status = (Pb__MemberStatus)pg_get_int8(r, row, 2);
        stay->exempt = pg_get_bool(r, row, 3);
        stay->from_us = pg_get_int8(r, row, 4);
        stay->has_to_us = !pg_is_null(r, row, 5);
        stay->to_us = pg_get_int8(r, row, 5);
        record->branches[record->n_branches++] = stay;
    }
}

static void read_positions(TALLOC_CTX *ctx, const struct pg_result *r, Pb__OwnRecord *record)
{
    record->positions = mem_array(ctx, Pb__OwnRecord__Position *, pg_rows(r) + 1);
    for (size_t row = 0; row < pg_rows(r); row++) {
        Pb__OwnRecord__Position *position = mem_new(ctx, Pb__OwnRecord__Position);
        pb__own_record__position__init(position);
        position->organization = branch_ref(ctx, r, row);
        position->role = (Pb__Role)pg_get_int8(r, row, 2);
        position->from_us = pg_get_int8(r, row, 3);
        position->has_to_us = !pg_is_null(r, row, 4);
        position->to_us = pg_get_int8(r, row, 4);
        record->positions[record->n_positions++] = position;
    }
}

static Pb__Person *read_asker(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__Person *person = mem_new(ctx, Pb__Person);
    pb__person__init(person);
    person->id = pg_get_bytes(ctx, r, row, 6);
    person->full_name = pg_get_text(ctx, r, row, 7);
    return person;
}

static void read_recoveries(TALLOC_CTX *ctx, const struct pg_result *r, const struct uuid *member, int64_t now_us,
                            Pb__OwnRecord *record)
{
    record->recoveries = mem_array(ctx, Pb__OwnRecord__AskedRecovery *, pg_rows(r) + 1);
    for (size_t row = 0; row < pg_rows(r); row++) {
        const struct regain regain = {.id = pg_get_uuid(r, row, 0),
                                      .member = *member,
                                      .created_at_us = pg_get_int8(r, row, 1),
                                      .ready_at_us = pg_get_int8(r, row, 2),
                                      .expires_at_us = pg_get_int8(r, row, 3),
                                      .objected = pg_get_bool(r, row, 4),
                                      .used = pg_get_bool(r, row, 5)};
        Pb__OwnRecord__AskedRecovery *asked = mem_new(ctx, Pb__OwnRecord__AskedRecovery);
        pb__own_record__asked_recovery__init(asked);
        asked->recovery = regain_view(ctx, &regain, now_us);
        asked->asked_by = read_asker(ctx, r, row);
        asked->reason = pg_get_text(ctx, r, row, 8);
        record->recoveries[record->n_recoveries++] = asked;
    }
}

static void read_answers(TALLOC_CTX *ctx, const struct pg_result *r, Pb__OwnRecord *record)
{
    record->answers = mem_array(ctx, Pb__Consent *, pg_rows(r) + 1);
    for (size_t row = 0; row < pg_rows(r); row++) {
        struct consent consent;
        consent_store_read(ctx, r, row, &consent);
        record->answers[record->n_answers++] = consent_view(ctx, &consent);
    }
}

static enum err read_transfers(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, Pb__OwnRecord *record)
{
    const struct directory_scope own = {.member = *member, .has_member = true};
    const struct transfer_filter filter = {.limit = TRANSFERS_MOST};
    return transfer_view_store_list(pg, ctx, &own, &filter, &record->transfers, &record->n_transfers);
}

static struct pg_result *queue(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                               const struct uuid *member)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, member);
    return pg_queue(pg, args);
}

enum err own_record_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                               Pb__OwnRecord **ret_record)
{
    Pb__OwnRecord *record = mem_new(ctx, Pb__OwnRecord);
    const struct pg_result *row = queue(pg, ctx, &MEMBER, member), *stays = queue(pg, ctx, &STAYS, member),
                           *positions = queue(pg, ctx, &POSITIONS, member),
                           *recoveries = queue(pg, ctx, &RECOVERIES, member),
                           *answers = consent_store_all_queue(pg, ctx, member);
    pb__own_record__init(record);
    enum err err = read_transfers(pg, ctx, member, record);
    if (err)
        return err;
    *ret_record = pg_rows(row) > 0 ? record : NULL;
    if (!*ret_record)
        return ERR_OK;
    read_member(ctx, row, record);
    read_stays(ctx, stays, record);
    read_positions(ctx, positions, record);
    read_recoveries(ctx, recoveries, member, now_us, record);
    read_answers(ctx, answers, record);
    return ERR_OK;
}
