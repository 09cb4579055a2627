#include "services/auth/import/import_query.h"

#include "services/auth/account/own_account.h"
#include "services/auth/import/import_chunk_store.h"
#include "services/auth/import/import_csv.h"
#include "services/auth/import/import_view_store.h"
#include "services/auth/look/look.h"
#include "services/auth/organization/organization_query.h"

enum { SHOWN = 100, ERRORS_MOST = 100000 };

/* --- the roster --- */

static Pb__Roster__Fault *fault_of(TALLOC_CTX *ctx, const struct import_view_error *error)
{
    Pb__Roster__Fault *fault = mem_new(ctx, Pb__Roster__Fault);
    pb__roster__fault__init(fault);
    fault->file = (char *)(uintptr_t)error->file;
    fault->line = error->line;
    fault->field = (char *)(uintptr_t)error->field;
    fault->code = (char *)(uintptr_t)err_word(error->code);
    fault->message = (char *)(uintptr_t)err_info(error->code)->text_vi;
    return fault;
}

static Pb__Roster__Hint *hint_of(TALLOC_CTX *ctx, const struct import_view_error *error)
{
    Pb__Roster__Hint *hint = mem_new(ctx, Pb__Roster__Hint);
    pb__roster__hint__init(hint);
    hint->file = (char *)(uintptr_t)error->file;
    hint->line = error->line;
    hint->code = (char *)(uintptr_t)err_word(error->code);
    hint->message = (char *)(uintptr_t)err_info(error->code)->text_vi;
    return hint;
}

static enum err add_errors(struct query *query, const struct uuid *id, Pb__Roster *roster)
{
    struct import_view_errors errors, warnings;
    enum err err = import_view_store_errors(query->pg, query->ctx, id, false, SHOWN, &errors);
    if (!err)
        err = import_view_store_errors(query->pg, query->ctx, id, true, SHOWN, &warnings);
    if (err)
        return err;
    roster->errors = mem_array(query->ctx, Pb__Roster__Fault *, errors.n + 1);
    for (; roster->n_errors < errors.n; roster->n_errors++)
        roster->errors[roster->n_errors] = fault_of(query->ctx, &errors.items[roster->n_errors]);
    roster->warnings = mem_array(query->ctx, Pb__Roster__Hint *, warnings.n + 1);
    for (; roster->n_warnings < warnings.n; roster->n_warnings++)
        roster->warnings[roster->n_warnings] = hint_of(query->ctx, &warnings.items[roster->n_warnings]);
    return ERR_OK;
}

/* ERR_NOT_FOUND: it does not exist for the query's scope. */
static enum err find(struct query *query, ProtobufCBinaryData import_id, struct uuid *ret_id, Pb__Roster **ret_roster)
{
    struct directory_scope scope;
    if (!query->scope || uuid_from_pb(import_id, ret_id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    enum err err = import_view_store_read(query->pg, query->ctx, &scope, ret_id, ret_roster);
    return !err && !*ret_roster ? ERR_NOT_FOUND : err;
}

static enum err answer(struct query *query, ProtobufCBinaryData import_id)
{
    struct uuid id;
    Pb__Roster *roster = NULL;
    enum err err = find(query, import_id, &id, &roster);
    if (!err)
        err = add_errors(query, &id, roster);
    if (!err)
        query->reply = &roster->base;
    return err;
}

static enum err get_roster(struct query *query)
{
    return answer(query, ((const Pb__GetRoster *)query->body)->import_id);
}

static enum err find_roster(struct query *query)
{
    return answer(query, ((const Pb__FindRoster *)query->body)->import_id);
}

/* --- files --- */

/* A call: the scope is what the caller's own rows say. */
static enum err find_for_caller(struct query *query, ProtobufCBinaryData import_id, struct uuid *ret_id,
                                Pb__Roster **ret_roster)
{
    struct own_account own;
    enum err err = own_account_read(query, &own);
    if (!err)
        err = own_account_scope(query, &own);
    return err ? err : find(query, import_id, ret_id, ret_roster);
}

static void reply_csv(struct query *query, const char *name, const char *text)
{
    Pb__File *file = mem_new(query->ctx, Pb__File);
    pb__file__init(file);
    file->name = (char *)(uintptr_t)name;
    file->media_type = "text/csv; charset=utf-8";
    file->content = (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
    query->reply = &file->base;
    query->private_reply = true;
}

static enum err get_errors(struct query *query)
{
    struct uuid id;
    Pb__Roster *roster = NULL;
    struct import_view_errors errors;
    enum err err = find_for_caller(query, ((const Pb__GetRosterErrors *)query->body)->import_id, &id, &roster);
    if (!err)
        err = import_view_store_errors(query->pg, query->ctx, &id, false, ERRORS_MOST, &errors);
    if (!err)
        reply_csv(query, "loi.csv", import_csv_errors(query->ctx, &errors));
    return err;
}

/* The looker is whoever asks; the organisation, the highest that he administers. */
static enum err note_looks(struct query *query, const struct directory_scope *scope,
                           const struct import_view_absent items[], size_t n)
{
    static const struct look LOOK = {.what = PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST};
    struct uuid *subjects = mem_array(query->ctx, struct uuid, n + 1);
    for (size_t i = 0; i < n; i++)
        subjects[i] = items[i].member;
    const struct directory_org org = {.id = scope->admins[0], .path = scope->admins, .n_path = 1};
    enum err err = look_note_queue(query, &org, &LOOK, subjects, n);
    return err ? err : pg_flush(query->pg);
}

static enum err get_absent(struct query *query)
{
    struct uuid id;
    Pb__Roster *roster = NULL;
    struct import_view_absent *items;
    struct directory_scope scope;
    size_t n;
    enum err err = find_for_caller(query, ((const Pb__GetRosterAbsent *)query->body)->import_id, &id, &roster);
    if (err)
        return err;
    directory_scope_read(query->ctx, query->scope, &scope);
    err = import_view_store_absent(query->pg, query->ctx, &scope, &id, IMPORT_ABSENT_MOST, &items, &n);
    if (!err)
        err = note_looks(query, &scope, items, n);
    if (!err)
        reply_csv(query, "vang.csv", import_csv_absent(query->ctx, items, n, roster->absent));
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__get_roster__descriptor, get_roster},
    {&pb__find_roster__descriptor, find_roster},
    {&pb__get_roster_errors__descriptor, get_errors},
    {&pb__get_roster_absent__descriptor, get_absent},
};
const struct query_table IMPORT_QUERIES = QUERY_TABLE(ROWS);
