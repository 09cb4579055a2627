#include "services/auth/import/import_tree.h"

#include "common/base/mem.h"
#include "services/auth/organization/organization.h"
#include <string.h>
#include <uthash.h>

static const char KIND[] = "organizations.csv";

struct node {
    const char *code;                    /* the key */
    struct organization_row now, before; /* now: what will be so after the import */
    const char *parent_code;             /* of the file's row */
    int64_t line;                        /* 0: not in the file, or left out */
    bool was_there, gone;                /* gone: neither before nor now */
    UT_hash_handle hh, by_id;
};

enum {
    ROWS_MOST = 100000, /* all of them are in memory */
    LEVELS = 4,
};

struct import_tree {
    TALLOC_CTX *ctx;
    struct import_errors *errors;
    const struct import_scope *scope;
    struct node *by_code, *by_id;
    int64_t rows;
};

static void blame(struct import_tree *tree, int64_t line, const char *field, enum err code)
{
    import_errors_add(tree->errors, &(struct import_error){.file = KIND, .line = line, .field = field, .code = code});
}

static struct node *find_code(const struct import_tree *tree, const char *code)
{
    struct node *node;
    HASH_FIND_STR(tree->by_code, code, node);
    return node && !node->gone ? node : NULL;
}

static struct node *add_node(struct import_tree *tree, const char *code, const struct uuid *id)
{
    struct node *node = mem_new(tree->ctx, struct node);
    node->code = mem_text(tree->ctx, code);
    node->now.id = *id;
    HASH_ADD_KEYPTR(hh, tree->by_code, node->code, strlen(node->code), node);
    HASH_ADD(by_id, tree->by_id, now.id, sizeof node->now.id, node);
    return node;
}

static enum err load_before(struct import_tree *tree, struct pg *pg)
{
    struct organization_rows before;
    enum err err = organization_store_all(pg, tree->ctx, &before);
    for (size_t i = 0; !err && i < before.n; i++) {
        struct node *node = add_node(tree, before.items[i].code, &before.items[i].id);
        node->now = node->before = before.items[i];
        node->was_there = true;
    }
    return err;
}

/* --- the file's rows --- */

static void put_row(struct import_tree *tree, const struct roster_organization *row, int64_t line)
{
    struct node *node = find_code(tree, row->code);
    struct uuid id = organization_id_of(row->code);
    if (!node)
        node = add_node(tree, row->code, &id);
    if (node->line || node->before.has_ended) {
        blame(tree, line, "code", node->line ? ERR_FIELD_DUPLICATE : ERR_FIELD_CLOSED);
        return;
    }
    node->line = line;
    node->parent_code = mem_text(tree->ctx, row->parent_code);
    node->now.code = node->code;
    node->now.name = mem_text(tree->ctx, row->name);
    node->now.level = row->level;
    node->now.meeting_day = row->meeting_day ? row->meeting_day : node->before.meeting_day;
}

/* ERR_ROSTER_TOO_LARGE. */
static enum err read_rows(struct import_tree *tree, struct import_file *file)
{
    const char *const *fields;
    int64_t line;
    while ((fields = import_file_next(file, &line))) {
        struct roster_organization row;
        const char *field;
        if (import_file_rows(file) > ROWS_MOST)
            return ERR_ROSTER_TOO_LARGE;
        enum err err = roster_read_organization(fields, &row, &field);
        if (err)
            blame(tree, line, field, err);
        else
            put_row(tree, &row, line);
    }
    tree->rows = import_file_rows(file);
    return ERR_OK;
}

/* --- the whole --- */

/* The file's row does not hold: what was there before does. */
static void leave_out(struct import_tree *tree, struct node *node, const char *field, enum err code)
{
    blame(tree, node->line, field, code);
    node->line = 0;
    node->gone = !node->was_there;
    node->now = node->was_there ? node->before : node->now;
}

static void find_parents(struct import_tree *tree)
{
    for (struct node *node = tree->by_code; node; node = node->hh.next) {
        if (!node->line)
            continue;
        struct node *parent = find_code(tree, node->parent_code);
        bool was_root = node->was_there && node->before.is_root;
        if (!*node->parent_code && was_root)
            continue; /* the root stays the root */
        if (!*node->parent_code)
            leave_out(tree, node, "parent_code", ERR_FIELD_REQUIRED);
        else if (was_root)
            leave_out(tree, node, "parent_code", ERR_FIELD_CONFLICT);
        else if (!parent)
            leave_out(tree, node, "parent_code", ERR_FIELD_UNKNOWN_ID);
        else if (parent->before.has_ended)
            leave_out(tree, node, "parent_code", ERR_FIELD_CLOSED);
        else
            node->now.parent_id = parent->now.id;
    }
}

static struct node *by_id(const struct import_tree *tree, const struct uuid *id)
{
    struct node *node;
    HASH_FIND(by_id, tree->by_id, id, sizeof *id, node);
    return node && !node->gone ? node : NULL;
}

static struct node *parent_of(const struct import_tree *tree, const struct node *node)
{
    return by_id(tree, &node->now.parent_id);
}

/* Leaves out what does not fit above or below; true if something was. */
static bool settle(struct import_tree *tree, struct node *node)
{
    if (node->gone || (node->was_there && node->before.is_root))
        return false;
    struct node *parent = parent_of(tree, node);
    if (parent && parent->now.level < node->now.level)
        return false;
    if (node->line)
        leave_out(tree, node, "parent_code", parent ? ERR_FIELD_CONFLICT : ERR_FIELD_UNKNOWN_ID);
    else if (parent && parent->line)
        leave_out(tree, parent, "level", ERR_FIELD_CONFLICT); /* it would sink below its old child */
    else
        return false;
    return true;
}

static void settle_all(struct import_tree *tree)
{
    for (bool changed = true; changed;) { /* each round leaves out at least one row */
        changed = false;
        for (struct node *node = tree->by_code; node; node = node->hh.next)
            changed = settle(tree, node) || changed;
    }
}

/* --- what the importer administers --- */

static bool is_own(const struct import_scope *scope, const struct uuid *id)
{
    for (size_t i = 0; i < scope->n; i++)
        if (uuid_equal(&scope->organizations[i], id))
            return true;
    return false;
}

bool import_tree_is_within(const struct import_tree *tree, const struct uuid *organization)
{
    const struct node *node = by_id(tree, organization);
    for (int depth = 0; node && depth < LEVELS; depth++) { /* rows in error may still stand in a circle */
        if (tree->scope->is_all || is_own(tree->scope, &node->now.id))
            return true;
        node = node->was_there ? by_id(tree, &node->before.parent_id) : parent_of(tree, node);
    }
    return false;
}

/* By the tree as it was: nobody takes an organisation into what he administers. */
static void check_scope(struct import_tree *tree)
{
    for (struct node *node = tree->by_code; node; node = node->hh.next) {
        bool moves = node->was_there && !uuid_equal(&node->now.parent_id, &node->before.parent_id);
        if (!node->line)
            continue;
        if (node->was_there && !import_tree_is_within(tree, &node->now.id))
            leave_out(tree, node, "code", ERR_NOT_ALLOWED);
        else if ((moves || !node->was_there) && !import_tree_is_within(tree, &node->now.parent_id))
            leave_out(tree, node, "parent_code", ERR_NOT_ALLOWED);
        else if (moves && !import_tree_is_within(tree, &node->before.parent_id))
            leave_out(tree, node, "parent_code", ERR_NOT_ALLOWED);
    }
}

/* uthash allocates its tables itself: talloc does not free them. */
static int free_index(struct import_tree *tree)
{
    HASH_CLEAR(hh, tree->by_code);
    HASH_CLEAR(by_id, tree->by_id);
    return 0;
}

static enum err read_file(struct import_tree *tree, const char *path)
{
    struct import_file *file = NULL;
    enum err err = import_file_open(tree, path, KIND, &ROSTER_ORGANIZATIONS, tree->errors, &file);
    if (!err)
        err = read_rows(tree, file);
    if (err)
        return err;
    mem_free(file);
    find_parents(tree);
    if (!tree->scope->is_all)
        check_scope(tree);
    settle_all(tree);
    return ERR_OK;
}

enum err import_tree_read(TALLOC_CTX *ctx, struct pg *pg, const char *path, const struct import_scope *scope,
                          struct import_errors *errors, struct import_tree **ret_tree)
{
    struct import_tree *tree = mem_new(ctx, struct import_tree);
    tree->ctx = tree;
    talloc_set_destructor(tree, free_index);
    tree->errors = errors;
    tree->scope = scope;
    enum err err = load_before(tree, pg);
    if (!err && path)
        err = read_file(tree, path);
    if (!err)
        *ret_tree = tree;
    return err;
}

int64_t import_tree_rows(const struct import_tree *tree)
{
    return tree->rows;
}

const struct organization_row *import_tree_find(const struct import_tree *tree, const char *code)
{
    struct node *node = find_code(tree, code);
    return node && !node->before.has_ended ? &node->now : NULL;
}

static bool differs(const struct organization_row *a, const struct organization_row *b)
{
    return strcmp(a->name, b->name) != 0 || a->level != b->level || !uuid_equal(&a->parent_id, &b->parent_id) ||
           a->meeting_day != b->meeting_day;
}

const struct organization_row *import_tree_changes(struct import_tree *tree, size_t *ret_n, int64_t *ret_created,
                                                   int64_t *ret_unchanged)
{
    struct organization_row *changes = mem_array(tree->ctx, struct organization_row, HASH_COUNT(tree->by_code) + 1);
    *ret_n = 0;
    *ret_created = *ret_unchanged = 0;
    for (struct node *node = tree->by_code; node; node = node->hh.next) {
        if (!node->line)
            continue;
        bool unchanged = node->was_there && !differs(&node->now, &node->before);
        *ret_created += !node->was_there;
        *ret_unchanged += unchanged;
        if (!unchanged)
            changes[(*ret_n)++] = node->now;
    }
    return changes;
}

static bool is_as_before(const struct import_tree *tree, const struct organization_row *row)
{
    const struct node *node = by_id(tree, &row->id);
    return node && node->was_there && node->before.has_ended == row->has_ended && !differs(row, &node->before);
}

enum err import_tree_hold(struct import_tree *tree, struct pg *pg, const struct organization_row changes[], size_t n)
{
    struct uuid *ids = mem_array(tree->ctx, struct uuid, 2 * n + 1);
    struct organization_rows held;
    for (size_t i = 0; i < n; i++) {
        ids[2 * i] = changes[i].id;
        ids[2 * i + 1] = changes[i].parent_id;
    }
    enum err err = organization_store_lock(pg, tree->ctx, ids, 2 * n, &held);
    for (size_t i = 0; !err && i < held.n; i++)
        if (!is_as_before(tree, &held.items[i]))
            err = ERR_RETRY;
    return err;
}
