#include "services/gateway/read/calendar_text.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid.h"
#include <libical/ical.h>
#include <stdlib.h>

enum { OFFSET_S = 7 * 3600, LASTS_S = 90 * 60 };

#define ZONE "Asia/Ho_Chi_Minh"
/* No clock has been changed there since 1975. */
static const char ZONE_TEXT[] = "BEGIN:VTIMEZONE\r\nTZID:" ZONE "\r\n"
                                "BEGIN:STANDARD\r\nDTSTART:19750613T000000\r\nTZOFFSETFROM:+0700\r\n"
                                "TZOFFSETTO:+0700\r\nTZNAME:+07\r\nEND:STANDARD\r\n"
                                "END:VTIMEZONE\r\n";

/* A moment as the clocks there show it. */
static struct icaltimetype local_time(int64_t at_us, int64_t later_s)
{
    return icaltime_from_timet_with_zone((time_t)(at_us / CLOCK_SECOND_US + OFFSET_S + later_s), 0, NULL);
}

static void add_local(icalcomponent *event, icalproperty *property)
{
    icalproperty_add_parameter(property, icalparameter_new_tzid(ZONE));
    icalcomponent_add_property(event, property);
}

static void add_extension(icalcomponent *component, const char *name, const char *value)
{
    icalproperty *property = icalproperty_new_x(value);
    icalproperty_set_x_name(property, name);
    icalcomponent_add_property(component, property);
}

static icalcomponent *event_of(TALLOC_CTX *ctx, const Pb__Meeting *meeting)
{
    struct uuid id = {{0}};
    char text[UUID_TEXT_BYTES];
    bool is_executive = meeting->kind == PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
    bool is_cancelled = meeting->state == PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    int64_t said_us = meeting->has_changed_at_us ? meeting->changed_at_us : meeting->registered_at_us;
    if (uuid_from_pb(meeting->id, &id))
        return NULL;
    uuid_format(&id, text);
    icalcomponent *event = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(mem_printf(ctx, "%s@sotay", text)),
        icalproperty_new_dtstamp(
            icaltime_from_timet_with_zone((time_t)(said_us / CLOCK_SECOND_US), 0, icaltimezone_get_utc_timezone())),
        icalproperty_new_sequence((int)meeting->version),
        icalproperty_new_summary(is_executive ? "Họp cấp ủy" : "Sinh hoạt chi bộ"),
        icalproperty_new_status(is_cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED), (void *)0);
    add_local(event, icalproperty_new_dtstart(local_time(meeting->starts_at_us, 0)));
    add_local(event, icalproperty_new_dtend(local_time(meeting->starts_at_us, LASTS_S)));
    return event;
}

char *calendar_text(TALLOC_CTX *ctx, Pb__Meeting *const meetings[], size_t n)
{
    icalcomponent *calendar = icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                                                  icalproperty_new_prodid("-//So tay//So tay//VI"),
                                                  icalproperty_new_method(ICAL_METHOD_PUBLISH), (void *)0);
    add_extension(calendar, "X-WR-CALNAME", "Sổ tay: lịch họp");
    add_extension(calendar, "X-PUBLISHED-TTL", "PT1H");
    icalcomponent_add_component(calendar, icalparser_parse_string(ZONE_TEXT));
    for (size_t i = 0; i < n; i++) {
        bool is_draft = meetings[i]->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
        icalcomponent *event = is_draft ? NULL : event_of(ctx, meetings[i]);
        if (event)
            icalcomponent_add_component(calendar, event);
    }
    char *written = icalcomponent_as_ical_string_r(calendar);
    char *text = mem_text(ctx, written);
    free(written);
    icalcomponent_free(calendar);
    return text;
}
