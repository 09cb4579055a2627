#include "services/auth/membership/membership_changes.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include <ctype.h>
#include <string.h>

struct comparison {
    TALLOC_CTX *ctx;
    Pb__History *history;
    membership_name_fn *name_of;
    void *arg;
};

/* --- values as texts ---------------------------------------------------------------------------------------------- */

/* The word that the API has for a value: its name without the enum's own, which has `prefix` characters. */
static char *word(TALLOC_CTX *ctx, const ProtobufCEnumDescriptor *type, size_t prefix, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);
    if (!known)
        return mem_printf(ctx, "%d", value);
    char *text = mem_text(ctx, known->name + prefix);
    for (char *at = text; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}
#define WORD(ctx, type, prefix, value) word((ctx), &pb__##type##__descriptor, sizeof(prefix) - 1, (int)(value))

static char *status_word(TALLOC_CTX *ctx, Pb__MemberStatus status)
{
    return WORD(ctx, member_status, "MEMBER_STATUS_", status);
}

static char *left_reason_word(TALLOC_CTX *ctx, int32_t reason)
{
    return WORD(ctx, left_reason, "LEFT_REASON_", reason);
}

static char *occupation_word(TALLOC_CTX *ctx, int32_t occupation)
{
    return WORD(ctx, occupation, "OCCUPATION_", occupation);
}

static char *date_text(TALLOC_CTX *ctx, int32_t date)
{
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return mem_printf(ctx, "%04d-%02d-%02d", year, month, day);
}

/* --- fields ------------------------------------------------------------------------------------------------------- */

void membership_changes_add_text(TALLOC_CTX *ctx, Pb__History *history, const char *field, const char *old,
                                 const char *new)
{
    Pb__History__Change *change = mem_new(ctx, Pb__History__Change);
    pb__history__change__init(change);
    change->field = mem_text(ctx, field);
    change->old = mem_text(ctx, old);
    change->new_ = mem_text(ctx, new);
    history->changes = mem_grow(ctx, history->changes, sizeof(Pb__History__Change *), history->n_changes + 1);
    history->changes[history->n_changes++] = change;
}

static void compare_texts(const struct comparison *c, const char *field, const char *old, const char *new)
{
    bool is_same = old && new ? strcmp(old, new) == 0 : old == new;
    if (!is_same)
        membership_changes_add_text(c->ctx, c->history, field, old, new);
}

static void compare_numbers(const struct comparison *c, const char *field, struct membership_number old,
                            struct membership_number new, char *(*text_of)(TALLOC_CTX *, int32_t))
{
    compare_texts(c, field, old.is_known ? text_of(c->ctx, old.value) : NULL,
                  new.is_known ? text_of(c->ctx, new.value) : NULL);
}

static void compare_now(const struct comparison *c, const struct membership *is, const struct membership *next)
{
    compare_texts(c, "branch", is ? c->name_of(c->arg, &is->now.branch) : NULL, c->name_of(c->arg, &next->now.branch));
    compare_texts(c, "status", is ? status_word(c->ctx, is->now.status) : NULL, status_word(c->ctx, next->now.status));
    compare_texts(c, "exempt", is ? (is->now.exempt ? "true" : "false") : NULL, next->now.exempt ? "true" : "false");
}

static char *position_text(const struct comparison *c, const struct membership_position *position)
{
    const char *name = c->name_of(c->arg, &position->organization);
    return mem_printf(c->ctx, "%s, %s", WORD(c->ctx, role, "ROLE_", position->role), name ? name : "?");
}

void membership_changes_positions(const struct membership *is, const struct membership *next,
                                  membership_position_fn *say, void *arg)
{
    for (size_t i = 0; i < next->n_positions; i++) {
        const struct membership_position *position = &next->positions[i];
        bool was_held = is && i < is->n_positions && is->positions[i].to_us == 0, is_held = position->to_us == 0;
        if (was_held != is_held)
            say(arg, position, is_held);
    }
}

static void compare_position(void *arg, const struct membership_position *position, bool is_given)
{
    const struct comparison *c = arg;
    const char *text = position_text(c, position);
    membership_changes_add_text(c->ctx, c->history, "role", is_given ? NULL : text, is_given ? text : NULL);
}

Pb__History *membership_changes(TALLOC_CTX *ctx, const struct membership *is, const struct membership *next,
                                membership_name_fn *name_of, void *arg)
{
    static const struct membership NOTHING;
    const struct membership *before = is ? is : &NOTHING;
    Pb__History *history = mem_new(ctx, Pb__History);
    struct comparison c = {ctx, history, name_of, arg};
    pb__history__init(history);
    compare_texts(&c, "card_number", before->card_number, next->card_number);
    compare_texts(&c, "full_name", before->full_name, next->full_name);
    compare_texts(&c, "phone", before->phone, next->phone);
    compare_numbers(&c, "occupation", before->occupation, next->occupation, occupation_word);
    compare_numbers(&c, "date_of_birth", before->born_on, next->born_on, date_text);
    compare_numbers(&c, "joined_on", before->joined_on, next->joined_on, date_text);
    compare_now(&c, is, next);
    compare_numbers(&c, "left_reason", before->left_reason, next->left_reason, left_reason_word);
    membership_changes_positions(is, next, compare_position, &c);
    return history;
}

void membership_changes_add_date(TALLOC_CTX *ctx, Pb__History *history, const char *field, int32_t date)
{
    membership_changes_add_text(ctx, history, field, NULL, date_text(ctx, date));
}
