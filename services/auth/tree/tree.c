#include "services/auth/tree/tree.h"

#include "common/base/mem.h"
#include <ctype.h>
#include <string.h>

enum { FIRST_DAY = 1, LAST_DAY = 28 };

bool tree_is_active(const struct tree_organization *organization)
{
    return organization->org.state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
}

struct uuid tree_parent_of(const struct tree_organization *organization)
{
    const struct directory_org *org = &organization->org;
    return org->n_path > 1 ? org->path[org->n_path - 2] : (struct uuid){{0}};
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool tree_is_same(const struct tree_organization *a, const struct tree_organization *b)
{
    struct uuid parent_a = tree_parent_of(a), parent_b = tree_parent_of(b);
    return is_same_text(a->org.name, b->org.name) && uuid_equal(&parent_a, &parent_b) && a->org.state == b->org.state &&
           a->org.meeting_day == b->org.meeting_day && a->org.meeting_minute == b->org.meeting_minute &&
           is_same_text(a->org.meeting_place, b->org.meeting_place) &&
           uuid_equal(&a->org.contact_member_id, &b->org.contact_member_id);
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

bool tree_may_edit(unsigned standing, const struct tree_edit *edit)
{
    if (standing & STANDING_ADMIN)
        return true;
    return (standing & STANDING_HEAD) && !edit->name && !edit->sets_parent;
}

const char *tree_trim(TALLOC_CTX *ctx, const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == ' ')
        n--;
    size_t first = strspn(text, " ");
    return first < n ? mem_textn(ctx, text + first, n - first) : "";
}

/* A parent stands on a higher level than its children: so no organisation comes to lie below itself. */
static void check_parent(const struct tree_organization *is, const struct tree_edit *edit, struct problems *problems)
{
    if (!edit->parent)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/parent_id");
    else if (!tree_is_active(edit->parent))
        problems_add(problems, ERR_FIELD_CLOSED, "/parent_id");
    else if (edit->parent->org.level >= is->org.level)
        problems_add(problems, ERR_FIELD_LEVEL, "/parent_id");
}

static void check_rhythm(const struct tree_edit *edit, struct problems *problems)
{
    if (edit->sets_day && edit->day != 0 && (edit->day < FIRST_DAY || edit->day > LAST_DAY))
        problems_add(problems, ERR_FIELD_MEETING_DAY, "/meeting_day");
    if (edit->sets_contact && edit->contact_is == TREE_CONTACT_UNKNOWN)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/contact_member_id");
    if (edit->sets_contact && edit->contact_is == TREE_CONTACT_STRANGER)
        problems_add(problems, ERR_FIELD_STRANGER, "/contact_member_id");
}

static void move(TALLOC_CTX *ctx, struct directory_org *org, const struct directory_org *parent)
{
    struct uuid *path = mem_array(ctx, struct uuid, parent->n_path + 1);
    memcpy(path, parent->path, parent->n_path * sizeof *path);
    path[parent->n_path] = org->id;
    org->path = path;
    org->n_path = parent->n_path + 1;
}

static void set_rhythm(const struct tree_edit *edit, struct directory_org *org)
{
    if (edit->sets_day)
        org->meeting_day = edit->day;
    if (edit->sets_minute)
        org->meeting_minute = edit->minute;
    if (edit->sets_place)
        org->meeting_place = edit->place;
    if (edit->sets_contact)
        org->contact_member_id = edit->contact;
}

enum err tree_edit(TALLOC_CTX *ctx, const struct tree_organization *is, const struct tree_edit *edit,
                   struct problems *problems, struct tree_organization *ret_next)
{
    struct tree_organization next = *is;
    if (edit->name && *edit->name == '\0')
        problems_add(problems, ERR_FIELD_TOO_SHORT, "/name");
    if (edit->sets_parent)
        check_parent(is, edit, problems);
    check_rhythm(edit, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    if (edit->name)
        next.org.name = edit->name;
    if (edit->sets_parent)
        move(ctx, &next.org, &edit->parent->org);
    set_rhythm(edit, &next.org);
    *ret_next = next;
    return ERR_OK;
}

/* As the roster has them. */
static enum err check_code(const char *code)
{
    if (*code == '\0')
        return ERR_FIELD_TOO_SHORT;
    for (; *code; code++)
        if (!isalnum((unsigned char)*code) && !strchr("-_./", *code))
            return ERR_FIELD_CHARACTERS;
    return ERR_OK;
}

enum err tree_create(TALLOC_CTX *ctx, const struct tree_organization *given, const struct tree_edit *edit,
                     struct problems *problems, struct tree_organization *ret_next)
{
    enum err code = check_code(given->org.code);
    if (code)
        problems_add(problems, code, "/code");
    return tree_edit(ctx, given, edit, problems, ret_next);
}

enum err tree_check_close(const struct tree_organization *is, const struct tree_organization *into,
                          struct problems *problems)
{
    if (!into)
        return ERR_OK;
    if (uuid_equal(&into->org.id, &is->org.id))
        problems_add(problems, ERR_FIELD_CONFLICT, "/into_id");
    else if (!tree_is_active(into))
        problems_add(problems, ERR_FIELD_CLOSED, "/into_id");
    else if (into->org.level != is->org.level)
        problems_add(problems, ERR_FIELD_LEVEL, "/into_id");
    return problems_verdict(problems);
}
