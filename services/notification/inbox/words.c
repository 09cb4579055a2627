#include "services/notification/inbox/words.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/document_kind.h"
#include "services/notification/inbox/texts.h"
#include <string.h>

const char *words_moment(TALLOC_CTX *ctx, int64_t at_us)
{
    int year, month, day;
    int32_t date = clock_local_date(at_us);
    clock_date_split(date, &year, &month, &day);
    int minutes = (int)((at_us - clock_date_start_us(date)) / CLOCK_MINUTE_US);
    return mem_printf(ctx, TEXT_MOMENT, day, month, year, minutes / 60, minutes % 60);
}

const char *words_meeting_kind(Pb__MeetingKind kind)
{
    switch (kind) {
    case PB__MEETING_KIND__MEETING_KIND_THEMATIC: return TEXT_MEETING_THEMATIC;
    case PB__MEETING_KIND__MEETING_KIND_EXTRAORDINARY: return TEXT_MEETING_EXTRAORDINARY;
    case PB__MEETING_KIND__MEETING_KIND_EXECUTIVE: return TEXT_MEETING_EXECUTIVE;
    default: return TEXT_MEETING_REGULAR;
    }
}

const char *words_document_title(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts)
{
    const char *kind = document_kind_word((int32_t)facts->kind);
    if (!facts->title)
        return TEXT_RESTRICTED;
    if (facts->number && *facts->number)
        return mem_printf(ctx, TEXT_DOCUMENT_NUMBERED, kind, facts->number, facts->title);
    return mem_printf(ctx, TEXT_DOCUMENT, kind, facts->title);
}

const char *words_document_body(const Pb__DocumentFacts *facts)
{
    return facts->title ? TEXT_DOCUMENT_BODY : TEXT_RESTRICTED_BODY;
}

const char *words_change_body(TALLOC_CTX *ctx, const Pb__MeetingChanged *event)
{
    const Pb__MeetingFacts *facts = event->meeting;
    const char *time = "", *place = "";
    if (event->has_old_starts_at_us && event->old_starts_at_us != facts->starts_at_us)
        time = mem_printf(ctx, TEXT_TIME_CHANGED, words_moment(ctx, event->old_starts_at_us),
                          words_moment(ctx, facts->starts_at_us));
    if (event->old_place && strcmp(event->old_place, facts->place) != 0)
        place = mem_printf(ctx, TEXT_PLACE_CHANGED, event->old_place, facts->place);
    return mem_printf(ctx, "%s%s%s", time, *time && *place ? "\n" : "", place);
}
