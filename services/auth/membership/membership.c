#include "services/auth/membership/membership.h"

#include "common/base/mem.h"
#include <string.h>

bool membership_has_left(const struct membership *member)
{
    return member->now.status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
}

bool membership_lives_in(const struct membership *member, const struct uuid *branch)
{
    return !membership_has_left(member) && uuid_equal(&member->now.branch, branch);
}

bool membership_is_suspended(const struct membership *member)
{
    return member->now.status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}

/* --- what he is to others ----------------------------------------------------------------------------------------- */

static Pb__DirectoryMember__Interval *interval_record(TALLOC_CTX *ctx, const struct membership_interval *interval)
{
    Pb__DirectoryMember__Interval *record = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(record);
    record->branch_id = uuid_to_pb(ctx, &interval->branch);
    record->status = interval->status;
    record->exempt = interval->exempt;
    record->from_us = interval->from_us;
    record->has_to_us = interval->to_us != 0;
    record->to_us = interval->to_us;
    return record;
}

static Pb__DirectoryMember__Position *position_record(TALLOC_CTX *ctx, const struct membership_position *position)
{
    Pb__DirectoryMember__Position *record = mem_new(ctx, Pb__DirectoryMember__Position);
    pb__directory_member__position__init(record);
    record->organization_id = uuid_to_pb(ctx, &position->organization);
    record->role = position->role;
    record->from_us = position->from_us;
    record->has_to_us = position->to_us != 0;
    record->to_us = position->to_us;
    return record;
}

/* As the directory tells it to others, so that the one rule of standing judges both. */
static const Pb__DirectoryMember *record_of(TALLOC_CTX *ctx, const struct membership *member)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, member->n_past + 1);
    for (size_t i = 0; i < member->n_past; i++)
        record->intervals[record->n_intervals++] = interval_record(ctx, &member->past[i]);
    if (!membership_has_left(member))
        record->intervals[record->n_intervals++] = interval_record(ctx, &member->now);
    record->positions = mem_array(ctx, Pb__DirectoryMember__Position *, member->n_positions);
    for (size_t i = 0; i < member->n_positions; i++)
        record->positions[record->n_positions++] = position_record(ctx, &member->positions[i]);
    return record;
}

unsigned membership_standing(TALLOC_CTX *ctx, const struct membership *member, const struct directory_org *org,
                             int64_t at_us)
{
    const struct directory_person person = {
        .id = member->id, .full_name = member->full_name, .record = record_of(ctx, member)};
    return directory_standing(&person, org, at_us);
}

Pb__Role membership_rank(const struct membership *member)
{
    Pb__Role rank = PB__ROLE__ROLE_MEMBER;
    for (size_t i = 0; i < member->n_positions; i++)
        if (member->positions[i].to_us == 0 && member->positions[i].role > rank)
            rank = member->positions[i].role;
    return rank;
}

const struct membership_position *membership_held(const struct membership *member, const struct uuid *organization)
{
    for (size_t i = 0; i < member->n_positions; i++)
        if (member->positions[i].to_us == 0 && uuid_equal(&member->positions[i].organization, organization))
            return &member->positions[i];
    return NULL;
}

/* --- intervals and positions -------------------------------------------------------------------------------------- */

/* Later than `from`, whatever a clock says: nothing lasts no time. */
static int64_t after(int64_t from_us, int64_t now_us)
{
    return now_us > from_us ? now_us : from_us + 1;
}

static bool is_same_interval(const struct membership_interval *a, const struct membership_interval *b)
{
    return uuid_equal(&a->branch, &b->branch) && a->status == b->status && a->exempt == b->exempt;
}

/* Where `next` says another branch, status or exemption than `is`, the interval that held is closed. Who has left has
 * none. */
static void settle_interval(TALLOC_CTX *ctx, const struct membership *is, int64_t now_us, struct membership *next)
{
    if (is_same_interval(&is->now, &next->now))
        return;
    next->now.from_us = after(is->now.from_us, now_us);
    if (membership_has_left(is))
        return;
    struct membership_interval *past = mem_array(ctx, struct membership_interval, is->n_past + 1);
    if (is->n_past > 0)
        memcpy(past, is->past, is->n_past * sizeof *past);
    past[is->n_past] = is->now;
    past[is->n_past].to_us = next->now.from_us;
    next->past = past;
    next->n_past = is->n_past + 1;
}

/* Ends the positions held in `organization`; NULL: everywhere. */
static void end_positions(TALLOC_CTX *ctx, struct membership *member, const struct uuid *organization, int64_t now_us)
{
    struct membership_position *positions = mem_array(ctx, struct membership_position, member->n_positions);
    for (size_t i = 0; i < member->n_positions; i++) {
        positions[i] = member->positions[i];
        bool is_meant = !organization || uuid_equal(&positions[i].organization, organization);
        if (is_meant && positions[i].to_us == 0)
            positions[i].to_us = after(positions[i].from_us, now_us);
    }
    member->positions = positions;
}

static struct membership_position *append_position(TALLOC_CTX *ctx, const struct membership *member,
                                                   const struct membership_position *position)
{
    struct membership_position *positions = mem_array(ctx, struct membership_position, member->n_positions + 1);
    if (member->n_positions > 0)
        memcpy(positions, member->positions, member->n_positions * sizeof *positions);
    positions[member->n_positions] = *position;
    return positions;
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

void membership_check_day(int32_t day, int64_t now_us, struct problems *problems)
{
    int32_t today = clock_local_date(now_us);
    if (day > today)
        problems_add(problems, ERR_FIELD_FUTURE, "/effective_on");
    else if (day < today - MEMBERSHIP_EFFECTIVE_DAYS)
        problems_add(problems, ERR_FIELD_TOO_SMALL, "/effective_on");
}

static void check_effective_on(const struct membership_edit *edit, int64_t now_us, struct problems *problems)
{
    if (!edit->has_effective_on)
        return;
    if (edit->sets_status || edit->sets_exempt)
        membership_check_day(edit->effective_on, now_us, problems);
    else
        problems_add(problems, ERR_FIELD_CONFLICT, "/effective_on");
}

/* A reason to leave is given by who leaves, and then it is needed; a merge says its own. */
static void check_left_reason(const struct membership *next, const struct membership_edit *edit,
                              struct problems *problems)
{
    if (!membership_has_left(next)) {
        if (edit->left_reason.is_known)
            problems_add(problems, ERR_FIELD_CONFLICT, "/left_reason");
    } else if (edit->sets_status && !edit->left_reason.is_known) {
        problems_add(problems, ERR_FIELD_REQUIRED, "/left_reason");
    } else if (edit->left_reason.is_known && edit->left_reason.value == PB__LEFT_REASON__LEFT_REASON_MERGED) {
        problems_add(problems, ERR_FIELD_CHOICE, "/left_reason");
    }
}

/* Of who left: what may still be said of him. */
static enum err check_left(const struct membership *is, const struct membership *next, int64_t now_us)
{
    if (!membership_has_left(is))
        return ERR_OK;
    if (!uuid_is_zero(&is->merged_into))
        return ERR_WRONG_STATE;
    if (!membership_has_left(next))
        return now_us - is->now.from_us > MEMBERSHIP_UNDO_US ? ERR_UNDO_EXPIRED : ERR_OK;
    return next->now.exempt != is->now.exempt ? ERR_MEMBER_LEFT : ERR_OK;
}

static void set_fields(const struct membership_edit *edit, struct membership *next)
{
    if (edit->full_name)
        next->full_name = edit->full_name;
    if (edit->sets_phone)
        next->phone = edit->phone;
    if (edit->sets_occupation)
        next->occupation = edit->occupation;
    if (edit->sets_exempt)
        next->now.exempt = edit->exempt;
    if (edit->sets_status)
        next->now.status = edit->status;
    if (edit->left_reason.is_known)
        next->left_reason = edit->left_reason;
    if (!membership_has_left(next))
        next->left_reason.is_known = false;
}

enum err membership_edit(TALLOC_CTX *ctx, const struct membership *is, const struct membership_edit *edit,
                         int64_t now_us, struct problems *problems, struct membership *ret_next)
{
    struct membership next = *is;
    set_fields(edit, &next);
    bool changes = !is_same_interval(&is->now, &next.now);
    check_effective_on(edit, now_us, problems);
    check_left_reason(&next, edit, problems);
    if (changes && !edit->reason)
        problems_add(problems, ERR_FIELD_REQUIRED, "/reason");
    enum err err = problems_verdict(problems);
    if (!err)
        err = check_left(is, &next, now_us);
    if (err)
        return err;
    if (changes)
        settle_interval(ctx, is, now_us, &next);
    if (membership_has_left(&next) && !membership_has_left(is))
        end_positions(ctx, &next, NULL, now_us);
    *ret_next = next;
    return ERR_OK;
}

void membership_move(TALLOC_CTX *ctx, const struct membership *is, const struct uuid *branch, int64_t now_us,
                     struct membership *ret_next)
{
    struct membership next = *is;
    next.now.branch = *branch;
    settle_interval(ctx, is, now_us, &next);
    end_positions(ctx, &next, &is->now.branch, now_us);
    *ret_next = next;
}

void membership_grant(TALLOC_CTX *ctx, const struct membership *is, const struct uuid *organization, Pb__Role role,
                      int64_t now_us, struct membership *ret_next)
{
    const struct membership_position *held = membership_held(is, organization);
    struct membership next = *is;
    int64_t from_us = now_us;
    if (held && held->role == role) {
        *ret_next = next;
        return;
    }
    end_positions(ctx, &next, organization, now_us);
    for (size_t i = 0; i < next.n_positions; i++) /* the key of a position is its beginning */
        if (uuid_equal(&next.positions[i].organization, organization) && next.positions[i].to_us > from_us)
            from_us = next.positions[i].to_us;
    if (role != PB__ROLE__ROLE_MEMBER) {
        const struct membership_position position = {.organization = *organization, .role = role, .from_us = from_us};
        next.positions = append_position(ctx, &next, &position);
        next.n_positions++;
    }
    *ret_next = next;
}

/* --- doubles ------------------------------------------------------------------------------------------------------ */

/* Both lead one organisation: whoever entered them knew two people. */
static bool are_secretaries_of_one(const struct membership *a, const struct membership *b)
{
    for (size_t i = 0; i < a->n_positions; i++) {
        const struct membership_position *mine = &a->positions[i];
        if (mine->to_us != 0 || mine->role != PB__ROLE__ROLE_SECRETARY)
            continue;
        const struct membership_position *other = membership_held(b, &mine->organization);
        if (other && other->role == PB__ROLE__ROLE_SECRETARY)
            return true;
    }
    return false;
}

static void fill_number(struct membership_number *number, struct membership_number other)
{
    if (!number->is_known)
        *number = other;
}

enum err membership_merge(TALLOC_CTX *ctx, const struct membership *member, const struct membership *duplicate,
                          int64_t now_us, struct membership *ret_member, struct membership *ret_duplicate)
{
    if (!uuid_is_zero(&duplicate->merged_into))
        return ERR_WRONG_STATE;
    if (membership_has_left(member))
        return ERR_MEMBER_LEFT;
    if (are_secretaries_of_one(member, duplicate))
        return ERR_MERGE_OF_SECRETARIES;
    *ret_member = *member;
    if (!ret_member->phone)
        ret_member->phone = duplicate->phone;
    fill_number(&ret_member->born_on, duplicate->born_on);
    fill_number(&ret_member->gender, duplicate->gender);
    fill_number(&ret_member->joined_on, duplicate->joined_on);
    fill_number(&ret_member->occupation, duplicate->occupation);

    struct membership left = *duplicate;
    left.merged_into = member->id;
    left.now.status = PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    left.left_reason = (struct membership_number){true, PB__LEFT_REASON__LEFT_REASON_MERGED};
    settle_interval(ctx, duplicate, now_us, &left);
    end_positions(ctx, &left, NULL, now_us);
    *ret_duplicate = left;
    return ERR_OK;
}
