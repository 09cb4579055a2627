#include "services/auth/letter/activation_letters.h"

#include "common/base/mem.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/typed.h"
#include "services/auth/letter/letter_pdf.h"
#include "services/auth/letter/letter_store.h"
#include "services/auth/letter/letter_texts.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/publish/ids.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"

/* --- for whom --- */

/* Whoever opens the letter of another is him until he has signed in: so no letter is for somebody who may what whoever
 * prints it may not (ACCESS.md: never one's own rank or above). */
static const int32_t BELOW_SECRETARY[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_COMMITTEE_MEMBER};
static const int32_t BELOW_ADMIN[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY,
                                      PB__ROLE__ROLE_COMMITTEE_MEMBER, PB__ROLE__ROLE_OFFICER};

static struct letter_filter filter_of(const struct directory_scope *scope, const struct directory_org *org, bool admin)
{
    if (admin)
        return (struct letter_filter){.organization = org->id,
                                      .subtree = true,
                                      .roles = BELOW_ADMIN,
                                      .n_roles = ARRAY_LENGTH(BELOW_ADMIN),
                                      .within = scope->admins,
                                      .n_within = scope->n_admins};
    return (struct letter_filter){.organization = org->id,
                                  .roles = BELOW_SECRETARY,
                                  .n_roles = ARRAY_LENGTH(BELOW_SECRETARY),
                                  .within = &org->id,
                                  .n_within = 1};
}

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

/* Letters of those who got their new code: of two callers at once only one has it. `letters` has room for all. */
static enum err make_codes(struct query *query, const struct letter_filter *filter, const struct letter_row rows[],
                           size_t n, struct letter letters[], size_t *ret_n)
{
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
    *ret_n = 0;
    for (size_t i = 0; i < n && !err; i++)
        if (has(put, &rows[i].member))
            letters[(*ret_n)++] = letters[i];
    return err;
}

/* --- the call --- */

static enum err print(struct query *query, const struct letter letters[], size_t n)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    Pb__File *file = mem_new(query->ctx, Pb__File);
    pb__file__init(file);
    file->name = TEXT_FILE_NAME;
    file->media_type = "application/pdf";
    query->reply = &file->base;
    query->private_reply = true;
    return letter_pdf(query->ctx, letters, n, body->per_page, &file->content);
}

/* Codes that are on no paper would keep their members from getting another: they are kept once all is drawn. */
static enum err make(struct query *query, const struct letter_filter *filter)
{
    struct letter letters[LETTERS_MOST];
    struct letter_row *rows;
    size_t n;
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = find(query, filter, &rows, &n);
    if (!err)
        err = make_codes(query, filter, rows, n, letters, &n);
    if (!err && n == 0)
        err = ERR_NO_LETTERS;
    if (!err)
        err = print(query, letters, n);
    if (err)
        return sign_in_refuse(query, err);
    pg_queue_sql(query->pg, "COMMIT");
    return pg_flush(query->pg);
}

static enum err check_caller(struct query *query, struct letter_filter *ret_filter)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    struct own_account own;
    struct directory_scope *scope = mem_new(query->ctx, struct directory_scope);
    struct directory_org *org = mem_new(query->ctx, struct directory_org);
    Pb__Organization *organization;
    enum err err = own_account_read(query, &own);
    if (!err)
        err = own_account_scope(query, &own);
    if (!err)
        err = organization_visible(query, body->organization_id, scope, org, &organization);
    if (err)
        return err;
    unsigned standing = directory_scope_standing(scope, org);
    if (!(standing & (STANDING_SECRETARY | STANDING_ADMIN)))
        return ERR_NOT_ALLOWED;
    *ret_filter = filter_of(scope, org, standing & STANDING_ADMIN);
    ret_filter->now_us = query->now_us;
    return ERR_OK;
}

static enum err make_letters(struct query *query)
{
    const Pb__MakeActivationLetters *body = (const Pb__MakeActivationLetters *)query->body;
    struct letter_filter filter;
    if (body->per_page != 1 && body->per_page != 4)
        return query_field(query, "/per_page", ERR_FIELD_CHOICE);
    enum err err = check_caller(query, &filter);
    if (!err)
        err = read_named(query, &filter);
    return err ? err : make(query, &filter);
}

static const struct query_handler ROWS[] = {{&pb__make_activation_letters__descriptor, make_letters}};
const struct query_table LETTER_QUERIES = QUERY_TABLE(ROWS);
