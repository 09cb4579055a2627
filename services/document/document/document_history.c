#include "services/document/document/document_history.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <ctype.h>
#include <string.h>

struct comparison {
    TALLOC_CTX *ctx;
    Pb__DocumentHistory *history;
    const struct document *was, *next;
};

/* --- values as texts ---------------------------------------------------------------------------------------------- */

/* The word that the API has for a value: its name without the enum's own, which has `prefix` characters. */
static char *word(TALLOC_CTX *ctx, const ProtobufCEnumDescriptor *type, size_t prefix, int value)
{
    char *text = mem_text(ctx, protobuf_c_enum_descriptor_get_value(type, value)->name + prefix);
    for (char *at = text; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}
#define WORD(ctx, type, prefix, value) word((ctx), &pb__##type##__descriptor, sizeof(prefix) - 1, (int)(value))

static char *date_text(TALLOC_CTX *ctx, bool has_date, int32_t date)
{
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return has_date ? mem_printf(ctx, "%04d-%02d-%02d", year, month, day) : NULL;
}

static char *hash_text(TALLOC_CTX *ctx, const struct content *content)
{
    char *text = mem_array(ctx, char, 2 * sizeof content->sha256 + 1);
    for (size_t i = 0; i < sizeof content->sha256; i++)
        for (int half = 0; half < 2; half++)
            text[2 * i + (size_t)half] = "0123456789abcdef"[content->sha256[i] >> (half ? 0 : 4) & 15];
    return text;
}

/* --- fields ------------------------------------------------------------------------------------------------------- */

static void add(const struct comparison *c, const char *field, const char *old, const char *new)
{
    Pb__DocumentHistory *history = c->history;
    Pb__DocumentHistory__Change *change = mem_new(c->ctx, Pb__DocumentHistory__Change);
    pb__document_history__change__init(change);
    change->field = mem_text(c->ctx, field);
    change->old = mem_text(c->ctx, old);
    change->new_ = mem_text(c->ctx, new);
    history->changes = mem_grow(c->ctx, history->changes, sizeof(Pb__DocumentHistory__Change *),
                                history->n_changes + 1);
    history->changes[history->n_changes++] = change;
}

static bool same_text(const char *old, const char *new)
{
    return old && new ? strcmp(old, new) == 0 : old == new;
}

static void compare_texts(const struct comparison *c, const char *field, const char *old, const char *new)
{
    if (!same_text(old, new))
        add(c, field, old, new);
}

static void compare(const struct comparison *c, const char *field, bool is_same)
{
    if (!is_same)
        add(c, field, NULL, NULL);
}

static bool same_bytes(const void *old, size_t n_old, const void *new, size_t n_new, size_t size)
{
    return n_old == n_new && (n_old == 0 || memcmp(old, new, n_old * size) == 0);
}

static bool same_audience(const struct audience *old, const struct audience *new)
{
    return same_bytes(old->organizations, old->n_organizations, new->organizations, new->n_organizations,
                      sizeof(struct uuid)) &&
           same_bytes(old->roles, old->n_roles, new->roles, new->n_roles, sizeof(int32_t)) &&
           same_bytes(old->members, old->n_members, new->members, new->n_members, sizeof(struct uuid)) &&
           old->subtree == new->subtree;
}

/* One whose text stays keeps its id. */
static bool same_targets(const struct document *old, const struct document *new)
{
    bool is_same = old->n_targets == new->n_targets;
    for (size_t i = 0; is_same && i < old->n_targets; i++)
        is_same = uuid_equal(&old->targets[i].id, &new->targets[i].id);
    return is_same;
}

static bool same_figures(const struct document *old, const struct document *new)
{
    bool is_same = old->n_figures == new->n_figures;
    for (size_t i = 0; is_same && i < old->n_figures; i++) {
        const struct document_figure *a = &old->figures[i], *b = &new->figures[i];
        is_same = same_text(a->label, b->label) && memcmp(&a->value, &b->value, sizeof a->value) == 0 &&
                  same_text(a->unit, b->unit) && same_text(a->period, b->period);
    }
    return is_same;
}

static bool same_event(const struct document_happening *old, const struct document_happening *new)
{
    return old->starts_at_us == new->starts_at_us &&
           old->ends_at_us == new->ends_at_us &&same_text(old->place, new->place);
}

static void compare_lines(const struct comparison *c)
{
    const struct document *was = c->was, *next = c->next;
    compare_texts(c, "kind", WORD(c->ctx, document_kind, "DOCUMENT_KIND_", was->kind),
                  WORD(c->ctx, document_kind, "DOCUMENT_KIND_", next->kind));
    compare_texts(c, "number", was->number, next->number);
    compare_texts(c, "title", was->title, next->title);
    compare_texts(c, "issued_on", date_text(c->ctx, was->has_issued_on, was->issued_on),
                  date_text(c->ctx, next->has_issued_on, next->issued_on));
    compare_texts(c, "classification", WORD(c->ctx, classification, "CLASSIFICATION_", was->classification),
                  WORD(c->ctx, classification, "CLASSIFICATION_", next->classification));
    compare_texts(c, "sha256", hash_text(c->ctx, &was->content), hash_text(c->ctx, &next->content));
    compare_texts(c, "requires_acknowledgement", was->requires_acknowledgement ? "true" : "false",
                  next->requires_acknowledgement ? "true" : "false");
}

static void compare_rest(const struct comparison *c)
{
    const struct document *was = c->was, *next = c->next;
    compare(c, "audience", same_audience(&was->audience, &next->audience));
    compare(c, "targets", same_targets(was, next));
    compare(c, "event", same_event(&was->event, &next->event));
    compare(c, "figures", same_figures(was, next));
    compare(c, "publish_at", was->publish_at_us == next->publish_at_us);
}

/* --- what was done ------------------------------------------------------------------------------------------------ */

static Pb__DocumentAction action_of(const struct document *was, const struct document *next)
{
    if (!was)
        return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_CREATED;
    if (next->is_hidden && !was->is_hidden)
        return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_HIDDEN;
    if (next->version_no > was->version_no)
        return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_CORRECTED;
    if (next->state == was->state)
        return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_EDITED;
    switch (next->state) {
    case PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED: return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_PUBLISHED;
    case PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED: return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_REPLACED;
    default: return PB__DOCUMENT_ACTION__DOCUMENT_ACTION_WITHDRAWN;
    }
}

Pb__DocumentHistory *document_history(TALLOC_CTX *ctx, const struct document *was, const struct document *next)
{
    Pb__DocumentHistory *history = mem_new(ctx, Pb__DocumentHistory);
    const struct comparison c = {ctx, history, was, next};
    pb__document_history__init(history);
    history->action = action_of(was, next);
    if (!was)
        return history;
    compare_lines(&c);
    compare_rest(&c);
    return history;
}

void document_history_of_clauses(TALLOC_CTX *ctx, const char *clauses, Pb__DocumentHistory *history)
{
    const struct comparison c = {.ctx = ctx, .history = history};
    history->action = PB__DOCUMENT_ACTION__DOCUMENT_ACTION_REPLACED;
    add(&c, "clauses", NULL, clauses);
}
