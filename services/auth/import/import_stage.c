#include "services/auth/import/import_stage.h"

#include "common/base/mem.h"
#include "services/auth/member/member.h"
#include "services/auth/position/position.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <uthash.h>

static const char KIND[] = "members.csv";

enum {
    BLOCK_BYTES = 65536,
    LINE_BYTES = 4096,
    LINES_AT_ONCE = 25000
}; /* a line is ids, numbers and four short texts */

struct card {
    struct uuid id;
    UT_hash_handle hh;
};

struct import_stage {
    TALLOC_CTX *ctx;
    struct import_file *file;
    struct import_errors *errors;
    const struct import_tree *tree;
    int granter;
    char job[UUID_TEXT_BYTES];
    struct card *cards;        /* seen in this file */
    int64_t last_line, copied; /* copied: by this COPY */
    bool ended;
    char block[BLOCK_BYTES];
    size_t n;
};

/* uthash allocates its table itself: talloc does not free it. */
static int free_index(struct import_stage *stage)
{
    HASH_CLEAR(hh, stage->cards);
    return 0;
}

enum err import_stage_open(TALLOC_CTX *ctx, const char *path, const struct uuid *job, const struct import_tree *tree,
                           int granter, struct import_errors *errors, struct import_stage **ret_stage)
{
    struct import_stage *stage = mem_new(ctx, struct import_stage);
    stage->ctx = stage;
    talloc_set_destructor(stage, free_index);
    stage->errors = errors;
    stage->tree = tree;
    stage->granter = granter;
    uuid_format(job, stage->job);
    enum err err = import_file_open(stage, path, KIND, &ROSTER_MEMBERS, errors, &stage->file);
    if (!err)
        *ret_stage = stage;
    return err;
}

/* --- what only the whole roster shows --- */

struct place {
    struct uuid member, branch, role_at;
};

static bool is_double(struct import_stage *stage, const struct uuid *id)
{
    struct card *card;
    HASH_FIND(hh, stage->cards, id, sizeof *id, card);
    if (card)
        return true;
    card = mem_new(stage->ctx, struct card);
    card->id = *id;
    HASH_ADD(hh, stage->cards, id, sizeof card->id, card);
    return false;
}

static enum err find_role_at(const struct import_stage *stage, const struct roster_member *row,
                             const struct organization_row *branch, struct place *place, const char **ret_field)
{
    const struct organization_row *at = *row->role_at_code ? import_tree_find(stage->tree, row->role_at_code) : branch;
    *ret_field = "position_org_code";
    if (!at)
        return ERR_FIELD_UNKNOWN_ID;
    place->role_at = at->id;
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
    place->branch = branch->id;
    if (row->role != ROLE_KEEP) {
        enum err err = find_role_at(stage, row, branch, place, ret_field);
        if (err)
            return err;
    }
    place->member = member_id_of(row->card_number);
    *ret_field = "card_number";
    return is_double(stage, &place->member) ? ERR_FIELD_DUPLICATE : ERR_OK;
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

/* There are no control characters in `text`: only the backslash must be escaped. NULL for "". */
static void put_text(struct import_stage *stage, const char *text, bool empty_is_null)
{
    if (!*text && empty_is_null)
        put(stage, "\\N", 2);
    for (; *text; text++) {
        if (*text == '\\')
            put_end(stage, '\\');
        put_end(stage, *text);
    }
    put_end(stage, '\t');
}

static void put_number(struct import_stage *stage, bool has, int64_t number)
{
    char text[24];
    int n = has ? snprintf(text, sizeof text, "%" PRId64, number) : snprintf(text, sizeof text, "\\N");
    put(stage, text, (size_t)n);
    put_end(stage, '\t');
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
    put_number(stage, true, line);
    put_id(stage, true, &place->member, '\t');
    put_text(stage, row->card_number, false);
    put_text(stage, row->full_name, false);
    put_number(stage, row->has_born_on, row->born_on);
    put_number(stage, row->gender >= 0, row->gender);
    put_number(stage, row->has_joined_on, row->joined_on);
    put_id(stage, true, &place->branch, '\t');
    put_number(stage, true, row->status);
    put(stage, row->exempt ? "t\t" : "f\t", 2);
    put_text(stage, row->phone, true);
    put_number(stage, row->role != ROLE_KEEP, row->role);
    put_id(stage, row->role != ROLE_KEEP, &place->role_at, '\n');
    stage->copied++;
    stage->last_line = line;
}

const char *import_stage_next(void *arg, size_t *ret_bytes)
{
    struct import_stage *stage = arg;
    const char *const *fields;
    int64_t line;
    stage->n = 0;
    if (stage->copied >= LINES_AT_ONCE || stage->ended)
        return NULL;
    while (stage->n < BLOCK_BYTES - LINE_BYTES) {
        fields = import_file_next(stage->file, &line);
        stage->ended = !fields;
        if (stage->ended)
            break;
        struct roster_member row;
        struct place place = {0};
        const char *field;
        enum err err = roster_read_member(fields, &row, &field);
        if (!err)
            err = find_place(stage, &row, &place, &field);
        if (err)
            import_errors_add(stage->errors, KIND, line, field, err);
        else
            put_row(stage, &row, &place, line);
    }
    *ret_bytes = stage->n;
    return stage->n > 0 ? stage->block : NULL;
}

bool import_stage_more(struct import_stage *stage)
{
    stage->copied = 0;
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
