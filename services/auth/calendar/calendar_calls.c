#include "services/auth/calendar/calendar_calls.h"

#include "common/base/mem.h"
#include "services/auth/account/own_account.h"
#include "services/auth/calendar/calendar_store.h"
#include "sotay/v1/calendar.pb-c.h"
#include <sodium.h>

enum { SECRET_BYTES = 32, SECRET_CHARACTERS = 43 };

static void hash_secret(const char *secret, uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    token_subject_hash(keys_current(), 2, (const char *const[]){"calendar", secret}, ret_hash);
}

static enum err create(struct query *query)
{
    struct own_account own;
    uint8_t bytes[SECRET_BYTES], hash[TOKEN_HASH_BYTES];
    char secret[SECRET_CHARACTERS + 1];
    enum err err = own_account_read(query, &own);
    if (err)
        return err;
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(secret, sizeof secret, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    hash_secret(secret, hash);
    Pb__CalendarFeed *reply = mem_new(query->ctx, Pb__CalendarFeed);
    pb__calendar_feed__init(reply);
    reply->url = mem_printf(query->ctx, "/v1/calendars/%s", secret);
    query->reply = &reply->base;
    query->private_reply = true;
    return calendar_store_put(query->pg, query->ctx, &own.member, hash, query->now_us);
}

static enum err end(struct query *query)
{
    struct own_account own;
    enum err err = own_account_read(query, &own);
    return err ? err : calendar_store_delete(query->pg, query->ctx, &own.member);
}

static enum err resolve(struct query *query)
{
    const Pb__ResolveCalendarFeed *body = (const Pb__ResolveCalendarFeed *)query->body;
    struct own_account own;
    uint8_t hash[TOKEN_HASH_BYTES];
    bool found = false;
    hash_secret(body->token, hash);
    enum err err = calendar_store_find(query->pg, query->ctx, hash, &found, &own);
    if (!err && !found)
        err = ERR_NOT_FOUND;
    if (!err)
        err = own_account_scope(query, &own);
    if (err)
        return err;
    Pb__CalendarReader *reply = mem_new(query->ctx, Pb__CalendarReader);
    pb__calendar_reader__init(reply);
    reply->scope = (Pb__Scope *)(uintptr_t)query->scope; /* packed, never written */
    query->reply = &reply->base;
    query->private_reply = true;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__create_calendar_feed__descriptor, create},
    {&pb__delete_calendar_feed__descriptor, end},
    {&pb__resolve_calendar_feed__descriptor, resolve},
};
const struct query_table CALENDAR_QUERIES = QUERY_TABLE(ROWS);
