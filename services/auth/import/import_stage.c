#include "services/auth/import/import_stage.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "services/auth/member/member.h"
#include "services/auth/position/position.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char KIND[] = "members.csv";

enum { BLOCK_BYTES = 65536, LINE_BYTES = 8192, LINES_AT_ONCE = 25000 }; /* a line is ids, numbers and six short texts */

struct import_stage {
    struct import_file *file;
    struct import_errors *errors;
    const struct import_tree *tree;
    int granter;
    char job[UUID_TEXT_BYTES];
    int64_t last_line, read; /* read: by this COPY */
    bool ended;
    char block[BLOCK_BYTES];
    size_t n;
};

enum err import_stage_open(TALLOC_CTX *ctx, const char *path, const struct uuid *job, const struct import_tree *tree,
                           int granter, struct import_errors *errors, struct import_stage **ret_stage)
{
    struct import_stage *stage = mem_new(ctx, struct import_stage);
    stage->errors = errors;
    stage->tree = tree;
    stage->granter = granter;
    uuid_format(job, stage->job);
    enum err err = import_file_open(stage, path, KIND, &ROSTER_MEMBERS, errors, &stage->file);
    if (!err)
        *ret_stage = stage;
    return err;
}

/* --- what only the tree shows --- */

struct place {
    struct uuid member, branch, role_at;
};

static enum err find_role_at(const struct import_stage *stage, const struct roster_member *row,
                             const struct organization_row *branch, struct place *place, const char **ret_field)
{
    const struct organization_row *at = *row->role_at_code ? import_tree_find(stage->tree, row->role_at_code) : branch;
    *ret_field = "position_org_code";
    if (!at)
        return ERR_FIELD_UNKNOWN_ID;
    place->role_at = at->id;
    if (!import_tree_is_within(stage->tree, &at->id))
        return ERR_NOT_ALLOWED;
    *ret_field = "position";
    if (row->role == ROLE_NONE)
        return ERR_OK;
    if (!position_may_grant(stage->granter, (Pb__Role)row->role))
        return ERR_NOT_ALLOWED;
    return position_fits((Pb__Role)row->role, at->level) ? ERR_OK : ERR_FIELD_CONFLICT;
}

static enum err find_place(struct import_stage *stage, const struct roster_member *row, struct place *place,
                           const char **ret_field)
{
    const struct organization_row *branch = import_tree_find(stage->tree, row->branch_code);
    *ret_field = "branch_code";
    if (!branch)
        return ERR_FIELD_UNKNOWN_ID;
    if (branch->level != PB__LEVEL__LEVEL_BRANCH)
        return ERR_FIELD_CONFLICT;
    if (!import_tree_is_within(stage->tree, &branch->id))
        return ERR_NOT_ALLOWED;
    place->branch = branch->id;
    return row->role == ROLE_KEEP ? ERR_OK : find_role_at(stage, row, branch, place, ret_field);
}

/* --- COPY, text format --- */

static void put(struct import_stage *stage, const char *text, size_t n)
{
    memcpy(stage->block + stage->n, text, n);
    stage->n += n;
}

static void put_end(struct import_stage *stage, char end)
{
    stage->block[stage->n++] = end;
}

/* Of control characters there is at most the one of name_order.h in `text`: only the backslash must be escaped.
 * NULL for "". */
static void put_text_before(struct import_stage *stage, const char *text, bool empty_is_null, char end)
{
    if (!*text && empty_is_null)
        put(stage, "\\N", 2);
    for (; *text; text++) {
        if (*text == '\\')
            put_end(stage, '\\');
        put_end(stage, *text);
    }
    put_end(stage, end);
}

static void put_text(struct import_stage *stage, const char *text, bool empty_is_null)
{
    put_text_before(stage, text, empty_is_null, '\t');
}

/* How he is searched, and where he stands in lists. */
static void put_names(struct import_stage *stage, const char *full_name)
{
    TALLOC_CTX *ctx = mem_context(stage, "names");
    put_text(stage, name_order_fold(ctx, full_name), false);
    put_text_before(stage, name_order_key(ctx, full_name), false, '\n');
    mem_free(ctx);
}

static void put_number(struct import_stage *stage, bool has, int64_t number, char end)
{
    char text[24];
    int n = has ? snprintf(text, sizeof text, "%" PRId64, number) : snprintf(text, sizeof text, "\\N");
    put(stage, text, (size_t)n);
    put_end(stage, end);
}

static void put_id(struct import_stage *stage, bool has, const struct uuid *id, char end)
{
    char text[UUID_TEXT_BYTES] = "\\N";
    if (has)
        uuid_format(id, text);
    put(stage, text, strlen(text));
    put_end(stage, end);
}

/* The columns of IMPORT_STORE_COPY. */
static void put_row(struct import_stage *stage, const struct roster_member *row, const struct place *place,
                    int64_t line)
{
    put(stage, stage->job, strlen(stage->job));
    put_end(stage, '\t');
    put_number(stage, true, line, '\t');
    put_id(stage, true, &place->member, '\t');
    put_text(stage, row->card_number, false);
    put_text(stage, row->full_name, false);
    put_number(stage, row->has_born_on, row->born_on, '\t');
    put_number(stage, row->gender >= 0, row->gender, '\t');
    put_number(stage, row->has_joined_on, row->joined_on, '\t');
    put_id(stage, true, &place->branch, '\t');
    put_number(stage, true, row->status, '\t');
    put(stage, row->exempt ? "t\t" : "f\t", 2);
    put_text(stage, row->phone, true);
    put_number(stage, row->role != ROLE_KEEP, row->role, '\t');
    put_id(stage, row->role != ROLE_KEEP, &place->role_at, '\t');
    put_number(stage, row->occupation >= 0, row->occupation, '\t');
    put_names(stage, row->full_name);
    stage->last_line = line;
}

/* Whose line it is, as far as that can be read. */
static void blame(struct import_stage *stage, const struct roster_member *row, int64_t line, const char *field,
                  enum err err)
{
    struct import_error error = {.file = KIND, .line = line, .field = field, .code = err};
    if (row->card_number && member_is_code(row->card_number))
        error.member = member_id_of(row->card_number);
    import_errors_add(stage->errors, &error);
}

static void take_row(struct import_stage *stage, const char *const fields[], int64_t line)
{
    struct roster_member row = {.card_number = fields[0]};
    struct place place = {0};
    const char *field;
    enum err err = roster_read_member(fields, &row, &field);
    if (!err)
        err = find_place(stage, &row, &place, &field);
    place.member = member_id_of(row.card_number);
    if (err)
        blame(stage, &row, line, field, err);
    else
        put_row(stage, &row, &place, line);
}

const char *import_stage_next(void *arg, size_t *ret_bytes)
{
    struct import_stage *stage = arg;
    const char *const *fields;
    int64_t line;
    stage->n = 0;
    if (stage->ended)
        return NULL;
    while (stage->n < BLOCK_BYTES - LINE_BYTES && stage->read < LINES_AT_ONCE) {
        fields = import_file_next(stage->file, &line);
        stage->ended = !fields;
        if (stage->ended)
            break;
        stage->read++;
        take_row(stage, fields, line);
    }
    *ret_bytes = stage->n;
    return stage->n > 0 ? stage->block : NULL;
}

bool import_stage_more(struct import_stage *stage)
{
    stage->read = 0;
    return !stage->ended;
}

int64_t import_stage_rows(const struct import_stage *stage)
{
    return import_file_rows(stage->file);
}

int64_t import_stage_last_line(const struct import_stage *stage)
{
    return stage->last_line;
}
