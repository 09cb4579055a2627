#include "services/auth/account/link.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/link_store.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"

static void hash_code(const char *code, uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    token_subject_hash(keys_current(), 2, (const char *const[]){"link", code}, ret_hash);
}

static enum err create(struct query *query)
{
    struct own_account own;
    uint8_t hash[TOKEN_HASH_BYTES];
    enum err err = own_account_read(query, &own);
    if (err)
        return err;
    char *code = typed_code_new(query->ctx, CODE_CHARACTERS);
    hash_code(code, hash);
    Pb__LinkCode *reply = mem_new(query->ctx, Pb__LinkCode);
    pb__link_code__init(reply);
    reply->code = typed_code_grouped(query->ctx, code, 4);
    reply->url = mem_printf(query->ctx, "/app/dang-nhap#k=%s", code); /* a fragment: it is in no log */
    reply->expires_in = LINK_LIFE_S;
    query->reply = &reply->base;
    query->private_reply = true;
    return link_store_put(query->pg, query->ctx, &own.member, &own.session, hash,
                          query->now_us + LINK_LIFE_S * CLOCK_SECOND_US);
}

static enum err open_session(struct query *query, const char *device_id, const uint8_t hash[TOKEN_HASH_BYTES],
                             const struct attempt *attempt)
{
    struct opened opened;
    struct linked linked;
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = link_store_use(query->pg, query->ctx, hash, query->now_us, &linked);
    if (!err && !linked.found)
        err = ERR_LINK_CODE_INVALID;
    if (err)
        return sign_in_refuse(query, err);
    sign_in_open_queue(query, &(struct opening){.member = linked.member, .device_id = device_id}, &opened);
    attempt_succeed_queue(query, attempt);
    pg_queue_sql(query->pg, "COMMIT");
    err = pg_flush(query->pg);
    return err ? err
               : sign_in_reply(query, &(struct signed_in){linked.member, opened.session, linked.generation,
                                                          opened.refresh_token});
}

static enum err link_device(struct query *query)
{
    const Pb__LinkDevice *body = (const Pb__LinkDevice *)query->body;
    struct attempt attempt;
    uint8_t hash[TOKEN_HASH_BYTES];
    hash_code(typed_code(query->ctx, body->code), hash);
    enum err err = attempt_begin(
        query, &(struct attempt_by){.kind = ATTEMPT_LINK, .card_number = "", .device_id = body->device_id}, &attempt);
    return err ? err : open_session(query, body->device_id, hash, &attempt);
}

static const struct query_handler ROWS[] = {
    {&pb__create_link_code__descriptor, create},
    {&pb__link_device__descriptor, link_device},
};
const struct query_table LINK_QUERIES = QUERY_TABLE(ROWS);
