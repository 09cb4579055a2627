#include "services/meeting/paper/paper_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/meeting/meeting_store.h"
#include "services/meeting/minutes/minutes_store.h"
#include "services/meeting/paper/paper_store.h"
#include "services/meeting/paper/paper_texts.h"
#include "services/meeting/roll/roll_store.h"
#include "services/meeting/roll/roll_view.h"

/* A book has so many meetings and bytes of minutes at most, and is of a year at most. */
enum { BOOK_MEETINGS = 400, BOOK_BYTES = 4 << 20, BOOK_DAYS = 366 };

static const struct meeting_action PRINT_INVITATION = {"print_invitation", meeting_convenes, MEETING_IS_SCHEDULED},
                                   PRINT_ROLL = {"print_roll", meeting_leads, MEETING_IS_SCHEDULED | MEETING_IS_HELD};

static enum err reply(struct query *query, const char *name, ProtobufCBinaryData pdf)
{
    Pb__File *file = mem_new(query->ctx, Pb__File);
    pb__file__init(file);
    file->content = pdf;
    file->name = (char *)(uintptr_t)name; /* packed, never written */
    file->media_type = "application/pdf";
    query->reply = &file->base;
    query->private_reply = true;
    return ERR_OK;
}

static const char *first_text(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    return pg_rows(rows) > 0 ? pg_get_text(ctx, rows, 0, 0) : NULL;
}

/* The page's one meeting. ERR_NOT_FOUND: it is not seen, or its organisation went between the two round trips. */
static enum err subject_of(struct query *query, const struct meeting_page *page, const struct pg_result *parents,
                           struct paper_subject *ret_subject)
{
    const struct meeting *meeting = page->n > 0 ? &page->items[0].is : NULL;
    const struct meeting_host *host = meeting ? uuid_map_get(page->hosts, &meeting->organization) : NULL;
    if (!host)
        return ERR_NOT_FOUND;
    *ret_subject = (struct paper_subject){meeting, host, first_text(query->ctx, parents)};
    return ERR_OK;
}

/* --- GetMinutesPaper ---------------------------------------------------------------------------------------------- */

/* Who may read the minutes prints them. */
static enum err get_minutes_paper(struct query *query)
{
    const Pb__GetMinutesPaper *body = (const Pb__GetMinutesPaper *)query->body;
    struct uuid id;
    struct meeting_page page;
    struct paper_subject subject;
    struct minutes minutes;
    ProtobufCBinaryData pdf;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &id, &page);
    if (err)
        return err;
    struct pg_result *rows = minutes_store_queue(query->ctx, query->pg, &page.scope, &id);
    struct pg_result *parents = paper_store_queue_parent(query->ctx, query->pg, &id, NULL);
    err = meeting_page_read(query, &page);
    if (!err)
        err = meeting_page_whole(&page);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        err = minutes_store_read(query->ctx, rows, 0, &minutes);
    if (!err)
        err = subject_of(query, &page, parents, &subject);
    if (!err)
        err = paper_minutes(query->ctx, &subject, &minutes, &pdf);
    return err ? err : reply(query, paper_file_name(query->ctx, PAPER_MINUTES_FILE, subject.meeting), pdf);
}

/* --- GetInvitationPaper ------------------------------------------------------------------------------------------- */

static enum err check_printer(const struct meeting_page *page, const struct paper_subject *subject,
                              const struct meeting_action *action, int64_t now_us)
{
    struct meeting_actor actor = {.id = page->scope.member,
                                  .standing = directory_scope_standing(&page->scope, &subject->host->org)};
    return meeting_check(subject->meeting, &actor, action, now_us);
}

static enum err get_invitation_paper(struct query *query)
{
    const Pb__GetInvitationPaper *body = (const Pb__GetInvitationPaper *)query->body;
    struct uuid id;
    struct meeting_page page;
    struct paper_subject subject;
    ProtobufCBinaryData pdf;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &id, &page);
    if (err)
        return err;
    struct pg_result *parents = paper_store_queue_parent(query->ctx, query->pg, &id, NULL);
    err = meeting_page_read(query, &page);
    if (!err)
        err = subject_of(query, &page, parents, &subject);
    if (!err)
        err = check_printer(&page, &subject, &PRINT_INVITATION, query->now_us);
    if (!err)
        err = paper_invitation(query->ctx, &subject, &pdf);
    return err ? err : reply(query, paper_file_name(query->ctx, PAPER_INVITATION_FILE, subject.meeting), pdf);
}

/* --- GetAttendancePaper ------------------------------------------------------------------------------------------- */

struct roll_rows {
    struct pg_result *people, *minutes;
};

static enum err draw_roll(struct query *query, const struct paper_subject *subject, const struct roll_rows *rows,
                          ProtobufCBinaryData *ret_pdf)
{
    struct roll roll = {NULL, 0};
    struct minutes minutes = {.content = NULL};
    struct uuid meeting;
    enum err err = ERR_OK;
    if (pg_rows(rows->people) > 0)
        roll = roll_store_read(query->ctx, rows->people, 0, &meeting);
    if (pg_rows(rows->minutes) > 0)
        err = minutes_store_read(query->ctx, rows->minutes, 0, &minutes);
    if (err)
        return err;
    roll = roll_by_name(query->ctx, &roll);
    return paper_attendance(query->ctx, subject, &(struct paper_roll){&roll, minutes.content}, ret_pdf);
}

static enum err get_attendance_paper(struct query *query)
{
    const Pb__GetAttendancePaper *body = (const Pb__GetAttendancePaper *)query->body;
    struct uuid id;
    struct meeting_page page;
    struct paper_subject subject;
    ProtobufCBinaryData pdf;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &id, &page);
    if (err)
        return err;
    const struct roll_rows rows = {roll_store_queue_seen(query->ctx, query->pg, &page.scope, &id),
                                   minutes_store_queue(query->ctx, query->pg, &page.scope, &id)};
    struct pg_result *parents = paper_store_queue_parent(query->ctx, query->pg, &id, NULL);
    err = meeting_page_read(query, &page);
    if (!err)
        err = subject_of(query, &page, parents, &subject);
    if (!err)
        err = check_printer(&page, &subject, &PRINT_ROLL, query->now_us);
    if (!err)
        err = draw_roll(query, &subject, &rows, &pdf);
    return err ? err : reply(query, paper_file_name(query->ctx, PAPER_ROLL_FILE, subject.meeting), pdf);
}

/* --- GetBook ------------------------------------------------------------------------------------------------------ */

static enum err check_period(struct query *query, const Pb__GetBook *body)
{
    if (body->to < body->from)
        return query_field(query, "/to", ERR_FIELD_TOO_SMALL);
    return body->to - body->from >= BOOK_DAYS ? query_field(query, "/to", ERR_FIELD_TOO_LARGE) : ERR_OK;
}

/* Who keeps it: its heads, and administrators above. */
static enum err read_keeper(struct query *query, const struct directory_scope *scope, const struct pg_result *visible,
                            const struct pg_result *host_rows, struct paper_book *book)
{
    enum { KEEPS = STANDING_HEAD | STANDING_ADMIN };
    struct uuid_map *hosts = uuid_map_new(query->ctx);
    host_store_read_all(query->ctx, host_rows, hosts);
    if (pg_rows(visible) == 0 || uuid_map_size(hosts) == 0)
        return ERR_NOT_FOUND;
    book->host = uuid_map_value(hosts, 0);
    return directory_scope_standing(scope, &book->host->org) & KEEPS ? ERR_OK : ERR_NOT_ALLOWED;
}

static struct meeting *find_entry(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

/* Agendas and minutes of what was found. */
static enum err read_entries(struct query *query, struct paper_entry *entries, size_t n)
{
    struct uuid_map *meetings = uuid_map_new(query->ctx);
    for (size_t i = 0; i < n; i++)
        uuid_map_put(meetings, &entries[i].meeting.id, &entries[i].meeting);
    struct pg_result *agendas = meeting_store_queue_agendas(query->ctx, query->pg, uuid_map_ids(meetings), n);
    struct pg_result *minutes = meeting_store_queue_minutes(query->ctx, query->pg, uuid_map_ids(meetings), n);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    meeting_store_read_agendas(query->ctx, agendas, find_entry, meetings);
    return meeting_store_read_minutes(query->ctx, minutes, find_entry, meetings);
}

struct book_rows {
    struct pg_result *visible, *hosts, *parents, *held, *bytes;
};

static struct book_rows queue_book(struct query *query, const struct directory_scope *scope,
                                   const struct paper_period *period)
{
    const struct uuid *org = period->organization;
    return (struct book_rows){
        .visible = meeting_list_store_queue_org_visible(query->ctx, query->pg, scope, org),
        .hosts = host_store_queue(query->ctx, query->pg, org, 1),
        .parents = paper_store_queue_parent(query->ctx, query->pg, NULL, org),
        .held = paper_store_queue_held(query->ctx, query->pg, period),
        .bytes = paper_store_queue_bytes(query->ctx, query->pg, period),
    };
}

static bool is_too_large(const struct book_rows *rows)
{
    return pg_rows(rows->held) > BOOK_MEETINGS || pg_get_int8(rows->bytes, 0, 0) > BOOK_BYTES;
}

static enum err find_book(struct query *query, const struct uuid *org, struct paper_book *book)
{
    const struct paper_period period = {.organization = org,
                                        .from_us = clock_date_start_us(book->from),
                                        .to_us = clock_date_start_us(book->to + 1),
                                        .limit = BOOK_MEETINGS + 1};
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    const struct book_rows rows = queue_book(query, &scope, &period);
    enum err err = pg_flush(query->pg);
    if (!err)
        err = read_keeper(query, &scope, rows.visible, rows.hosts, book);
    if (!err && is_too_large(&rows))
        err = ERR_LIMIT_REACHED;
    if (err)
        return err;
    struct paper_entry *entries = paper_store_read_held(query->ctx, rows.held);
    book->parent = first_text(query->ctx, rows.parents);
    book->entries = entries;
    book->n = pg_rows(rows.held);
    return read_entries(query, entries, book->n);
}

static enum err get_book(struct query *query)
{
    const Pb__GetBook *body = (const Pb__GetBook *)query->body;
    struct paper_book book = {.from = body->from, .to = body->to};
    struct uuid org;
    ProtobufCBinaryData pdf;
    if (uuid_from_pb(body->organization_id, &org))
        return ERR_NOT_FOUND;
    enum err err = check_period(query, body);
    if (!err)
        err = find_book(query, &org, &book);
    if (!err)
        err = paper_book(query->ctx, &book, &pdf);
    return err ? err : reply(query, PAPER_BOOK_FILE, pdf);
}

static const struct query_handler QUERIES[] = {
    {&pb__get_minutes_paper__descriptor, get_minutes_paper},
    {&pb__get_invitation_paper__descriptor, get_invitation_paper},
    {&pb__get_attendance_paper__descriptor, get_attendance_paper},
    {&pb__get_book__descriptor, get_book},
};
const struct query_table PAPER_QUERIES = QUERY_TABLE(QUERIES);
