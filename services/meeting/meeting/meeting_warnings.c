#include "services/meeting/meeting/meeting_warnings.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_texts.h"
#include <stdlib.h>
#include <string.h>

enum { EARLIEST_MINUTE = 6 * 60, LATEST_MINUTE = 22 * 60, RHYTHM_DAYS = 7 };
/* For the whole agenda, the hour, the notice, another meeting and the rhythm; for each topic; and for each document. */
enum { OF_MEETING = 5, OF_TOPIC = 2 };

static void add(TALLOC_CTX *ctx, Pb__Meeting *view, const char *code, char *message)
{
    Pb__Warning *warning = mem_new(ctx, Pb__Warning);
    pb__warning__init(warning);
    warning->code = (char *)(uintptr_t)code; /* packed, never written */
    warning->message = message;
    view->warnings[view->n_warnings++] = warning;
}

static void warn_of_hour(TALLOC_CTX *ctx, const struct meeting *meeting, Pb__Meeting *view)
{
    int64_t midnight_us = clock_date_start_us(clock_local_date(meeting->starts_at_us));
    int minute = (int)((meeting->starts_at_us - midnight_us) / CLOCK_MINUTE_US);
    if (minute < EARLIEST_MINUTE || minute > LATEST_MINUTE)
        add(ctx, view, "unusual_hour", mem_printf(ctx, TEXT_UNUSUAL_HOUR, minute / 60, minute % 60));
    if (meeting->registered_at_us > meeting->starts_at_us - CLOCK_DAY_US)
        add(ctx, view, "short_notice", mem_text(ctx, TEXT_SHORT_NOTICE));
    if (meeting->near_at_us > 0)
        add(ctx, view, "near_another",
            mem_printf(ctx, TEXT_NEAR_ANOTHER, meeting_moment_text(ctx, meeting->near_at_us)));
}

/* Of the meetings of every month: others come when they are needed. */
static void warn_of_rhythm(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host,
                           Pb__Meeting *view)
{
    int32_t day = host->org.meeting_day;
    if (day == 0 || !meeting_claims_month(meeting))
        return;
    int32_t off = abs(clock_local_date(meeting->starts_at_us) - clock_month_date(meeting_month(meeting), day));
    if (off > RHYTHM_DAYS)
        add(ctx, view, "off_rhythm", mem_printf(ctx, TEXT_OFF_RHYTHM, off, day));
}

static bool is_repeated(const struct meeting *meeting, size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++)
        if (strcmp(meeting->agenda[earlier].title, meeting->agenda[i].title) == 0)
            return true;
    return false;
}

static void warn_of_topics(TALLOC_CTX *ctx, const struct meeting *meeting, Pb__Meeting *view)
{
    for (size_t i = 0; i < meeting->n_agenda; i++) {
        const struct agenda_item *item = &meeting->agenda[i];
        if (item->minutes == 0)
            add(ctx, view, "topic_without_minutes", mem_printf(ctx, TEXT_TOPIC_WITHOUT_MINUTES, item->title));
        if (is_repeated(meeting, i))
            add(ctx, view, "title_repeated", mem_printf(ctx, TEXT_TITLE_REPEATED, item->title));
    }
}

/* --- documents that some cannot open ------------------------------------------------------------------------------ */

static bool covers(const struct audience *audience, const struct directory_org *org)
{
    for (size_t i = 0; i < audience->n_organizations; i++) {
        const struct uuid *addressed = &audience->organizations[i];
        if (uuid_equal(addressed, &org->id) || (audience->subtree && directory_org_is_within(org, addressed)))
            return true;
    }
    return false;
}

static bool asks(const struct audience *audience, Pb__Role role)
{
    for (size_t i = 0; i < audience->n_roles; i++)
        if (audience->roles[i] == (int32_t)role)
            return true;
    return false;
}

/* Those who sit on the committee hold one of these each. Heads read what their organisation issued. */
static bool asks_committee(const struct agenda_document *document, const struct meeting *meeting)
{
    bool is_own = uuid_equal(&document->issuer, &meeting->organization);
    return asks(document->audience, PB__ROLE__ROLE_COMMITTEE_MEMBER) &&
           (is_own || (asks(document->audience, PB__ROLE__ROLE_SECRETARY) &&
                       asks(document->audience, PB__ROLE__ROLE_DEPUTY_SECRETARY)));
}

/* Or one wrote it. */
static bool names_all(const struct agenda_document *document, const struct meeting *meeting)
{
    for (size_t i = 0; i < meeting->n_participants; i++) {
        const struct uuid *participant = &meeting->participant_ids[i];
        if (!audience_names(document->audience, participant) && !uuid_equal(&document->author, participant))
            return false;
    }
    return meeting->n_participants > 0;
}

/* Everybody who is asked to come may read it. Of a document that was not heard of yet nobody is warned. */
static bool is_open(const struct agenda_document *document, const struct meeting *meeting,
                    const struct meeting_host *host)
{
    const struct audience *audience = document->audience;
    if (!audience)
        return true;
    if (document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT ||
        document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN)
        return false;
    if (document->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC || names_all(document, meeting))
        return true;
    bool is_of_committee = meeting->participants == PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE;
    return document->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED && covers(audience, &host->org) &&
           (audience_asks_no_role(audience) || (is_of_committee && asks_committee(document, meeting)));
}

static void warn_of_documents(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host,
                              Pb__Meeting *view)
{
    for (size_t i = 0; i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i].n_documents; j++) {
            const struct agenda_document *document = &meeting->agenda[i].documents[j];
            const char *title = document->title ? document->title : "";
            if (!is_open(document, meeting, host))
                add(ctx, view, "document_not_for_all",
                    *title ? mem_printf(ctx, TEXT_DOCUMENT_CLOSED, title)
                           : mem_printf(ctx, TEXT_RESTRICTED_CLOSED, meeting->agenda[i].title));
        }
}

static size_t warnings_most(const struct meeting *meeting)
{
    size_t n = OF_MEETING + OF_TOPIC * meeting->n_agenda;
    for (size_t i = 0; i < meeting->n_agenda; i++)
        n += meeting->agenda[i].n_documents;
    return n;
}

void view_warnings(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host, Pb__Meeting *view)
{
    int32_t minutes = meeting_agenda_minutes(meeting), limit = meeting->rules.agenda_limit_minutes;
    bool is_ahead = meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT ||
                    meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    view->warnings = mem_array(ctx, Pb__Warning *, warnings_most(meeting));
    if (minutes > limit)
        add(ctx, view, "agenda_too_long", mem_printf(ctx, TEXT_AGENDA_TOO_LONG, minutes, limit));
    if (!is_ahead)
        return;
    warn_of_hour(ctx, meeting, view);
    warn_of_rhythm(ctx, meeting, host, view);
    warn_of_topics(ctx, meeting, view);
    warn_of_documents(ctx, meeting, host, view);
}
