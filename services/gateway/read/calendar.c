#include "services/gateway/read/calendar.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/calendar_text.h"
#include "sotay/v1/calendar.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <sodium.h>
#include <string.h>

enum { DAYS_BACK = 92, DAYS_AHEAD = 400, PAGE_MEETINGS = 100, MEETINGS_MOST = 1000, TOKEN_CHARACTERS = 43 };

/* One calendar under way; lives in its call. */
struct calendar {
    struct call *call;
    Pb__Scope *scope;
    Pb__Meeting **meetings; /* so far */
    size_t n;
};

static void refuse(struct call *call, enum err err, const Pb__QueryReply *reply)
{
    problem_of_service(call, err, NULL, 0, reply ? reply->retry_after_s : 0, false);
}

/* --- the answer --- */

static const char *etag_of(struct call *call, const char *text)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    char hex[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, strlen(text), NULL, 0);
    return mem_printf(call, "\"%s\"", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

static void finish(struct calendar *calendar)
{
    struct call *call = calendar->call;
    const char *text = calendar_text(call, calendar->meetings, calendar->n), *etag = etag_of(call, text);
    const struct http_field fields[] = {
        {"ETag", etag},
        {"Cache-Control", "private, no-cache"},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Type", "text/calendar; charset=utf-8"},
    };
    if (call->if_none_match && strstr(call->if_none_match, etag))
        http_reply(call->http, 304, fields, ARRAY_LENGTH(fields) - 1, NULL, 0);
    else
        http_reply(call->http, 200, fields, ARRAY_LENGTH(fields), text, strlen(text));
}

/* --- his meetings --- */

static void ask_meetings(struct calendar *calendar, ProtobufCBinaryData cursor);

static void on_meetings(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct calendar *calendar = arg;
    const Pb__MeetingList *list =
        err ? NULL : (Pb__MeetingList *)service_payload(calendar, &pb__meeting_list__descriptor, reply);
    if (!list) {
        refuse(calendar->call, err ? err : ERR_MALFORMED, reply);
        return;
    }
    calendar->meetings = mem_grow(calendar, calendar->meetings, sizeof *calendar->meetings,
                                  calendar->n + list->n_items + 1);
    for (size_t i = 0; i < list->n_items; i++)
        calendar->meetings[calendar->n++] = list->items[i];
    if (list->has_next_cursor && calendar->n < MEETINGS_MOST)
        ask_meetings(calendar, list->next_cursor);
    else
        finish(calendar);
}

static void ask_meetings(struct calendar *calendar, ProtobufCBinaryData cursor)
{
    struct call *call = calendar->call;
    Pb__ListMeetings question = PB__LIST_MEETINGS__INIT;
    int32_t today = clock_local_date(clock_now_us() + call->clock_offset_us);
    question.has_from = question.has_to = question.has_limit = true;
    question.from = today - DAYS_BACK;
    question.to = today + DAYS_AHEAD;
    question.limit = PAGE_MEETINGS;
    question.has_cursor = cursor.len > 0;
    question.cursor = cursor;
    const struct service_query query = {.service = SERVICE_MEETING,
                                        .message = &question.base,
                                        .scope = calendar->scope,
                                        .correlation_id = http_correlation(call->http)};
    service_ask(call->gateway->services, &query, on_meetings, calendar);
}

/* --- whose it is --- */

/* An officer's calendar is his own: not that of all the branches below him. */
static void keep_own(Pb__Scope *scope)
{
    size_t n = 0;
    for (size_t i = 0; i < scope->n_grants; i++) {
        Pb__Role role = scope->grants[i]->role;
        if (role != PB__ROLE__ROLE_OFFICER && role != PB__ROLE__ROLE_ADMIN)
            scope->grants[n++] = scope->grants[i];
    }
    scope->n_grants = n;
}

static void on_reader(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct calendar *calendar = arg;
    Pb__CalendarReader *reader =
        err ? NULL : (Pb__CalendarReader *)service_payload(calendar, &pb__calendar_reader__descriptor, reply);
    if (!reader) {
        refuse(calendar->call, err ? err : ERR_MALFORMED, reply);
        return;
    }
    calendar->scope = reader->scope;
    keep_own(calendar->scope);
    ask_meetings(calendar, (ProtobufCBinaryData){0});
}

/* base64url, as auth made it. */
static bool is_token(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    return n == TOKEN_CHARACTERS && text[n] == '\0';
}

void calendar_get(struct call *call)
{
    if (!is_token(call->params[0])) {
        problem_reply(call, ERR_NOT_FOUND);
        return;
    }
    struct calendar *calendar = mem_new(call, struct calendar);
    calendar->call = call;
    Pb__ResolveCalendarFeed question = PB__RESOLVE_CALENDAR_FEED__INIT;
    question.token = (char *)(uintptr_t)call->params[0]; /* packed, never written */
    const struct service_query query = {
        .service = SERVICE_AUTH, .message = &question.base, .correlation_id = http_correlation(call->http)};
    service_ask(call->gateway->services, &query, on_reader, calendar);
}
