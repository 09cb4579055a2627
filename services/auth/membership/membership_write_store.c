#include "services/auth/membership/membership_store.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"

struct membership_writes {
    TALLOC_CTX *ctx;
    struct pg_args *added, *changed, *past, *ended, *granted, *contacts, *history;
};

static const struct pg_statement ADD = {
    .name = "membership_add",
    .each = true,
    .sql = "INSERT INTO member (id, version, card_number, full_name, search_name, name_key, phone, born_on, gender, "
           "    joined_on, occupation, branch_id, status, exempt, since_us, changed_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
           "    $8::int4[], $9::int4[], $10::int4[], $11::int4[], $12::uuid[], $13::int4[], $14::bool[], $15::int8[],"
           "    $16::int8[])"};
/* Positions that ended in this transaction have raised the version already. */
static const struct pg_statement CHANGE = {
    .name = "membership_change",
    .each = true,
    .sql = "UPDATE member m SET version = greatest(u.version, m.version), full_name = u.name,"
           "    search_name = u.search_name, name_key = u.name_key, phone = u.phone, born_on = u.born_on,"
           "    gender = u.gender,"
           "    joined_on = u.joined_on, occupation = u.occupation, left_reason = u.left_reason,"
           "    merged_into = u.merged_into, branch_id = u.branch_id, status = u.status, exempt = u.exempt,"
           "    since_us = u.since_us, changed_at_us = u.now_us"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[],"
           "    $8::int4[], $9::int4[], $10::int4[], $11::int4[], $12::uuid[], $13::uuid[], $14::int4[], $15::bool[],"
           "    $16::int8[], $17::int8[])"
           "    u(id, version, name, search_name, name_key, phone, born_on, gender, joined_on, occupation,"
           "      left_reason, merged_into, branch_id, status, exempt, since_us, now_us)"
           " WHERE m.id = u.id"};
static const struct pg_statement ADD_PAST = {
    .name = "membership_add_past",
    .each = true,
    .sql = "INSERT INTO member_past (member_id, from_us, to_us, branch_id, status, exempt) SELECT *"
           " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int4[], $6::bool[])"};
static const struct pg_statement END_POSITION = {
    .name = "membership_end_position",
    .each = true,
    .sql = "UPDATE member_position p SET to_us = u.to_us"
           " FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[]) u(member_id, organization_id, from_us, to_us)"
           " WHERE p.member_id = u.member_id AND p.organization_id = u.organization_id AND p.from_us = u.from_us"};
static const struct pg_statement ADD_POSITION = {
    .name = "membership_add_position",
    .each = true,
    .sql = "INSERT INTO member_position (member_id, organization_id, role, from_us, to_us) SELECT *"
           " FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::int8[], $5::int8[])"};
/* Whoever goes is no organisation's contact any more: its secretary is. */
static const struct pg_statement END_CONTACT = {
    .name = "membership_end_contact",
    .each = true,
    .sql = "UPDATE organization o SET contact_member_id = NULL, version = o.version + 1, changed_at_us = u.now_us"
           " FROM unnest($1::uuid[], $2::uuid[], $3::int8[]) u(organization_id, member_id, now_us)"
           " WHERE o.id = u.organization_id AND o.contact_member_id = u.member_id"};
static const struct pg_statement ADD_HISTORY = {
    .name = "membership_add_history",
    .each = true,
    .sql = "INSERT INTO member_history (member_id, at_us, message_id, actor_id, action, changes, reason) SELECT *"
           " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::int4[], $6::bytea[], $7::text[])"};

struct membership_writes *membership_write_store_new(TALLOC_CTX *ctx)
{
    struct membership_writes *writes = mem_new(ctx, struct membership_writes);
    *writes = (struct membership_writes){
        .ctx = ctx,
        .added = pg_args(ctx, &ADD),
        .changed = pg_args(ctx, &CHANGE),
        .past = pg_args(ctx, &ADD_PAST),
        .ended = pg_args(ctx, &END_POSITION),
        .granted = pg_args(ctx, &ADD_POSITION),
        .contacts = pg_args(ctx, &END_CONTACT),
        .history = pg_args(ctx, &ADD_HISTORY),
    };
    return writes;
}

static void add_number(struct pg_args *args, struct membership_number number)
{
    pg_add_int4_or_null(args, number.is_known, number.value);
}

static void add_now(struct pg_args *args, const struct membership *is, int64_t now_us)
{
    pg_add_uuid(args, &is->now.branch);
    pg_add_int4(args, (int32_t)is->now.status);
    pg_add_bool(args, is->now.exempt);
    pg_add_int8(args, is->now.from_us);
    pg_add_int8(args, now_us);
}

static void add_row(struct membership_writes *writes, const struct membership *is, bool is_new, int64_t now_us)
{
    struct pg_args *args = is_new ? writes->added : writes->changed;
    pg_add_uuid(args, &is->id);
    pg_add_int8(args, (int64_t)is->version);
    if (is_new)
        pg_add_text(args, is->card_number);
    pg_add_text(args, is->full_name);
    pg_add_text(args, name_order_fold(writes->ctx, is->full_name));
    pg_add_text(args, name_order_key(writes->ctx, is->full_name));
    pg_add_text(args, is->phone);
    add_number(args, is->born_on);
    add_number(args, is->gender);
    add_number(args, is->joined_on);
    add_number(args, is->occupation);
    if (!is_new) {
        add_number(args, is->left_reason);
        pg_add_uuid_or_null(args, &is->merged_into);
    }
    add_now(args, is, now_us);
}

static void add_interval(struct membership_writes *writes, const struct uuid *member,
                         const struct membership_interval *interval)
{
    pg_add_uuid(writes->past, member);
    pg_add_int8(writes->past, interval->from_us);
    pg_add_int8(writes->past, interval->to_us);
    pg_add_uuid(writes->past, &interval->branch);
    pg_add_int4(writes->past, (int32_t)interval->status);
    pg_add_bool(writes->past, interval->exempt);
}

static void end_position(struct membership_writes *writes, const struct uuid *member,
                         const struct membership_position *position)
{
    pg_add_uuid(writes->ended, member);
    pg_add_uuid(writes->ended, &position->organization);
    pg_add_int8(writes->ended, position->from_us);
    pg_add_int8(writes->ended, position->to_us);
}

static void grant_position(struct membership_writes *writes, const struct uuid *member,
                           const struct membership_position *position)
{
    pg_add_uuid(writes->granted, member);
    pg_add_uuid(writes->granted, &position->organization);
    pg_add_int4(writes->granted, (int32_t)position->role);
    pg_add_int8(writes->granted, position->from_us);
    pg_add_time_or_null(writes->granted, position->to_us);
}

static void end_contact(struct membership_writes *writes, const struct uuid *member, const struct uuid *organization,
                        int64_t now_us)
{
    pg_add_uuid(writes->contacts, organization);
    pg_add_uuid(writes->contacts, member);
    pg_add_int8(writes->contacts, now_us);
}

static void add_position(struct membership_writes *writes, const struct membership *was, const struct membership *is,
                         size_t i, int64_t now_us)
{
    const struct membership_position *position = &is->positions[i];
    if (i >= was->n_positions) {
        grant_position(writes, &is->id, position);
    } else if (position->to_us != was->positions[i].to_us) {
        end_position(writes, &is->id, position);
        end_contact(writes, &is->id, &position->organization, now_us);
    }
}

void membership_write_store_add(struct membership_writes *writes, const struct membership *was,
                                const struct membership *is, int64_t now_us)
{
    bool is_new = was->version == 0;
    add_row(writes, is, is_new, now_us);
    for (size_t i = was->n_past; i < is->n_past; i++)
        add_interval(writes, &is->id, &is->past[i]);
    for (size_t i = 0; i < is->n_positions; i++)
        add_position(writes, was, is, i, now_us);
    if (!is_new && (membership_has_left(is) || !uuid_equal(&was->now.branch, &is->now.branch)))
        end_contact(writes, &is->id, &was->now.branch, now_us);
}

void membership_write_store_add_history(struct membership_writes *writes, const struct membership_history *history)
{
    ProtobufCBinaryData changes = mem_pack(writes->ctx, &history->changes->base);
    pg_add_uuid(writes->history, &history->member);
    pg_add_int8(writes->history, history->at_us);
    pg_add_uuid(writes->history, &history->message);
    pg_add_uuid_or_null(writes->history, &history->actor);
    pg_add_int4(writes->history, (int32_t)history->action);
    pg_add_bytes(writes->history, changes.data, changes.len);
    pg_add_text(writes->history, history->reason);
}

/* Positions end before others are granted: a person holds one in an organisation. Rows of members come after them,
 * since ending one raises the row's version. */
void membership_write_store_queue(struct pg *pg, struct membership_writes *writes)
{
    pg_queue(pg, writes->added);
    pg_queue(pg, writes->past);
    pg_queue(pg, writes->ended);
    pg_queue(pg, writes->granted);
    pg_queue(pg, writes->changed);
    pg_queue(pg, writes->contacts);
    pg_queue(pg, writes->history);
}
