#include "services/auth/letter/activation_letters.h"
#include "services/auth/audit/audit_call.h"

#include "common/base/mem.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/typed.h"
#include "services/auth/letter/letter_pdf.h"
#include "services/auth/letter/letter_rule.h"
#include "services/auth/letter/letter_texts.h"
#include "services/auth/look/look.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/publish/ids.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"

/* --- for whom --- */

static enum err read_named(struct query *query, struct letter_filter *filter)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    struct uuid *named = mem_array(query->ctx, struct uuid, body->n_member_ids + 1);
    for (size_t i = 0; i < body->n_member_ids; i++)
        if (uuid_from_pb(body->member_ids[i], &named[i]))
            return ERR_INTERNAL; /* the contract's rules have passed it */
    filter->named = body->n_member_ids ? named : NULL;
    filter->n_named = body->n_member_ids;
    return ERR_OK;
}

static const struct letter_row *row_of(const struct letter_row rows[], size_t n, const struct uuid *member)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&rows[i].member, member))
            return &rows[i];
    return NULL;
}

/* Whoever is named and may have no letter from this caller is a field at fault; who needs none any more is left out. */
static enum err check_named(struct query *query, const struct letter_filter *filter, const struct letter_row rows[],
                            size_t n)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < filter->n_named; i++) {
        const struct letter_row *row = row_of(rows, n, &filter->named[i]);
        if (!row || !row->below)
            err = query_field(query, mem_printf(query->ctx, "/member_ids/%zu", i),
                              row ? ERR_NOT_ALLOWED : ERR_FIELD_UNKNOWN_ID);
    }
    return err;
}

static enum err find(struct query *query, const struct letter_filter *filter, struct letter_row **ret_rows,
                     size_t *ret_n)
{
    enum err err = letter_store_list(query->pg, query->ctx, filter, LETTERS_MOST + 1, ret_rows, ret_n);
    if (!err)
        err = check_named(query, filter, *ret_rows, *ret_n);
    if (!err && *ret_n > LETTERS_MOST)
        err = ERR_LETTERS_TOO_MANY;
    return err;
}

/* --- codes --- */

static struct letter write_letter(TALLOC_CTX *ctx, const struct letter_row *row, const char *code, int64_t now_us)
{
    return (struct letter){.full_name = row->full_name,
                           .branch = row->branch,
                           .card_number = row->card_number,
                           .code = typed_code_grouped(ctx, code, 4),
                           .until_date = letter_last_day(now_us + ACTIVATION_LIFE_US)};
}

static bool has(const struct pg_result *put, const struct uuid *member)
{
    for (size_t i = 0; i < pg_rows(put); i++) {
        struct uuid id = pg_get_uuid(put, i, 0);
        if (uuid_equal(&id, member))
            return true;
    }
    return false;
}

struct printed {
    struct letter letters[LETTERS_MOST];
    struct uuid members[LETTERS_MOST]; /* whose they are */
    size_t n;
};

/* Letters of those who got their new code: of two callers at once only one has it. */
static enum err make_codes(struct query *query, const struct letter_filter *filter, const struct letter_row rows[],
                           size_t n, struct printed *printed)
{
    struct letter *letters = mem_array(query->ctx, struct letter, n + 1);
    struct pg_args *codes = activation_store_codes(query->ctx, filter->named != NULL);
    struct pg_result *put;
    for (size_t i = 0; i < n; i++) {
        uint8_t hash[TOKEN_HASH_BYTES];
        char *code = typed_code_new(query->ctx, CODE_CHARACTERS);
        activation_hash(code, hash);
        letters[i] = write_letter(query->ctx, &rows[i], code, filter->now_us);
        if (rows[i].needs_it)
            activation_store_codes_add(codes, &rows[i].member, hash, filter->now_us,
                                       filter->now_us + ACTIVATION_LIFE_US);
    }
    enum err err = pg_run(query->pg, codes, &put);
    for (size_t i = 0; i < n && !err; i++) {
        if (!has(put, &rows[i].member))
            continue;
        printed->letters[printed->n] = letters[i];
        printed->members[printed->n++] = rows[i].member;
    }
    if (!err && printed->n == 0)
        err = ERR_NO_LETTERS;
    return err;
}

/* --- the call --- */

static enum err print(struct query *query, const struct printed *printed)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    Pb__File *file = mem_new(query->ctx, Pb__File);
    pb__file__init(file);
    file->name = TEXT_FILE_NAME;
    file->media_type = "application/pdf";
    query->reply = &file->base;
    query->private_reply = true;
    return letter_pdf(query->ctx, printed->letters, printed->n, body->per_page, &file->content);
}

/* Codes that are on no paper would keep their members from getting another: they are kept once all is drawn. */
static enum err make(struct query *query, const struct letter_filter *filter, const struct directory_org *org)
{
    static const struct look LOOK = {.what = PB__LOOK_WHAT__LOOK_WHAT_ACTIVATION_LETTER};
    struct printed *printed = mem_new(query->ctx, struct printed);
    struct letter_row *rows;
    size_t n;
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = find(query, filter, &rows, &n);
    if (!err)
        err = make_codes(query, filter, rows, n, printed);
    if (!err)
        err = print(query, printed);
    if (!err)
        err = look_note_queue(query, org, &LOOK, printed->members, printed->n);
    if (err)
        return sign_in_refuse(query, err);
    audit_call_queue(query, PB__AUDIT_ACTION__AUDIT_ACTION_LETTER_PRINTED, &org->id, printed->members, printed->n);
    pg_queue_sql(query->pg, "COMMIT");
    return pg_flush(query->pg);
}

static enum err check_caller(struct query *query, struct directory_org *org, struct letter_filter *ret_filter)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    struct own_account own;
    struct directory_scope *scope = mem_new(query->ctx, struct directory_scope);
    Pb__Organization *organization;
    enum err err = own_account_read(query, &own);
    if (!err)
        err = own_account_scope(query, &own);
    if (!err)
        err = organization_visible(query, body->organization_id, scope, org, &organization);
    if (err)
        return err;
    return letter_rule(scope, org, ret_filter);
}

static enum err make_letters(struct query *query)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    struct letter_filter filter;
    struct directory_org org;
    if (body->per_page != 1 && body->per_page != 4)
        return query_field(query, "/per_page", ERR_FIELD_CHOICE);
    enum err err = check_caller(query, &org, &filter);
    filter.now_us = query->now_us;
    if (!err)
        err = read_named(query, &filter);
    return err ? err : make(query, &filter, &org);
}

static const struct query_handler ROWS[] = {{&pb__make_activation_letters__descriptor, make_letters, .is_slow = true}};
const struct query_table LETTER_QUERIES = QUERY_TABLE(ROWS);
