#include "services/meeting/meeting/meeting_view.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_texts.h"
#include "services/meeting/meeting/meeting_warnings.h"

/* protobuf-c's structs hold `char *` though nobody writes through them. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *name_or_empty(const char *name)
{
    return borrowed(name ? name : "");
}

static bool is_set(const struct uuid *id)
{
    return !uuid_is_zero(id);
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

/* Of what is restricted, as what is hidden is to other services, only the id travels. */
static Pb__DocumentRef *view_document(TALLOC_CTX *ctx, const struct agenda_document *document)
{
    Pb__DocumentRef *ref = mem_new(ctx, Pb__DocumentRef);
    pb__document_ref__init(ref);
    ref->id = uuid_to_pb(ctx, &document->id);
    ref->title = name_or_empty(document->title);
    ref->has_state = document->has_state && document->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED;
    ref->state = document->state;
    return ref;
}

static Pb__AgendaItem__Source *view_source(TALLOC_CTX *ctx, const struct agenda_item *item)
{
    if (!item->has_source)
        return NULL;
    Pb__AgendaItem__Source *source = mem_new(ctx, Pb__AgendaItem__Source);
    pb__agenda_item__source__init(source);
    source->type = item->source_type;
    source->has_id = is_set(&item->source);
    if (source->has_id)
        source->id = uuid_to_pb(ctx, &item->source);
    return source;
}

static Pb__AgendaItem *view_item(TALLOC_CTX *ctx, const struct agenda_item *item)
{
    Pb__AgendaItem *view = mem_new(ctx, Pb__AgendaItem);
    pb__agenda_item__init(view);
    view->id = uuid_to_pb(ctx, &item->id);
    view->title = borrowed(item->title);
    view->minutes = item->minutes;
    view->source = view_source(ctx, item);
    view->has_outcome = item->has_outcome;
    view->outcome = item->outcome;
    view->n_documents = item->n_documents;
    view->documents = mem_array(ctx, Pb__DocumentRef *, item->n_documents);
    for (size_t i = 0; i < item->n_documents; i++)
        view->documents[i] = view_document(ctx, &item->documents[i]);
    return view;
}

static void view_agenda(TALLOC_CTX *ctx, const struct meeting *meeting, Pb__Meeting *view)
{
    view->n_agenda = meeting->n_agenda;
    view->agenda = mem_array(ctx, Pb__AgendaItem *, meeting->n_agenda);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        view->agenda[i] = view_item(ctx, &meeting->agenda[i]);
    view->has_agenda_minutes = view->has_agenda_limit_minutes = true;
    view->agenda_minutes = meeting_agenda_minutes(meeting);
    view->agenda_limit_minutes = meeting->rules.agenda_limit_minutes;
}

Pb__Contact *view_contact(TALLOC_CTX *ctx, const struct meeting_host *host)
{
    if (!host->contact_name)
        return NULL;
    Pb__Contact *contact = mem_new(ctx, Pb__Contact);
    pb__contact__init(contact);
    contact->full_name = borrowed(host->contact_name);
    contact->phone = borrowed(host->contact_phone);
    return contact;
}

static char *audience_label(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host,
                            int64_t *ret_count)
{
    const char *name = host->org.name;
    if (meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT) {
        *ret_count = host->heads;
        return mem_printf(ctx, TEXT_SEEN_BY_HEADS, (long long)host->heads, name);
    }
    if (host->org.level == PB__LEVEL__LEVEL_BRANCH) {
        *ret_count = host->members;
        return mem_printf(ctx, TEXT_SEEN_BY_BRANCH, (long long)host->members, name);
    }
    *ret_count = host->committee;
    return mem_printf(ctx, TEXT_SEEN_BY_COMMITTEE, (long long)host->committee, name);
}

static Pb__VisibleTo *view_audience(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host)
{
    static const char *const READERS[] = {TEXT_READERS_TO_HEADS, TEXT_READERS_TO_PARENT};
    Pb__VisibleTo *view = mem_new(ctx, Pb__VisibleTo);
    pb__visible_to__init(view);
    view->label = audience_label(ctx, meeting, host, &view->count);
    view->n_names_of_readers_to = host->org.n_path > 1 ? 2 : 1; /* the root has nobody above */
    view->names_of_readers_to = mem_array(ctx, char *, view->n_names_of_readers_to);
    for (size_t i = 0; i < view->n_names_of_readers_to; i++)
        view->names_of_readers_to[i] = borrowed(READERS[i]);
    return view;
}

static void view_registration(const struct meeting *meeting, Pb__Meeting *view)
{
    view->has_registered_at_us = meeting->registered_at_us > 0;
    view->registered_at_us = meeting->registered_at_us;
    view->has_registration_due_at_us = meeting_has_registration(meeting);
    view->registration_due_at_us = meeting_registration_due_us(meeting);
    view->has_registered_on_time = view->has_registered_at_us && view->has_registration_due_at_us;
    view->registered_on_time = meeting_registered_on_time(meeting);
}

static void view_counts(const struct meeting *meeting, Pb__Meeting *view)
{
#define VIEW_COUNT(NAME, field) \
    view->has_##field = true;   \
    view->field = meeting->counts[MEETING_##NAME];
    MEETING_COUNTED(VIEW_COUNT)
#undef VIEW_COUNT
}

static Pb__Attendance *view_attendance(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    const struct meeting_attendance *counts = &meeting->attendance;
    if (counts->revision == 0)
        return NULL;
    Pb__Attendance *view = mem_new(ctx, Pb__Attendance);
    pb__attendance__init(view);
    view->base_members = counts->base;
    view->present = counts->present;
    view->excused = counts->excused;
    view->unexcused = counts->unexcused;
    view->exempt = counts->exempt;
    view->exempt_present = counts->exempt_present;
    view->unmarked = counts->base - counts->present - counts->excused - counts->unexcused;
    return view;
}

static Pb__Minutes *view_published(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    const Pb__MinutesContent *content = meeting->minutes;
    if (!content)
        return NULL;
    Pb__Minutes *view = mem_new(ctx, Pb__Minutes);
    pb__minutes__init(view);
    view->text = content->text;
    view->n_conclusions = content->n_conclusions;
    view->conclusions = content->conclusions;
    view->has_document_id = content->has_document_id;
    view->document_id = content->document_id;
    view->has_published_at_us = true;
    view->published_at_us = meeting->minutes_published_at_us;
    return view;
}

static Pb__ResolutionStatus *view_resolution(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    const struct meeting_resolution *resolution = &meeting->resolution;
    if (!is_set(&resolution->document) && !meeting_owes_resolution(meeting))
        return NULL;
    Pb__ResolutionStatus *view = mem_new(ctx, Pb__ResolutionStatus);
    pb__resolution_status__init(view);
    view->has_document_id = is_set(&resolution->document);
    if (view->has_document_id)
        view->document_id = uuid_to_pb(ctx, &resolution->document);
    view->has_published_at_us = resolution->published_at_us > 0;
    view->published_at_us = resolution->published_at_us;
    view->due_at_us = resolution->due_at_us;
    view->overdue = resolution->is_overdue;
    return view;
}

/* --- resources ---------------------------------------------------------------------------------------------------- */

Pb__Meeting *view_meeting_header(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host)
{
    Pb__Meeting *view = mem_new(ctx, Pb__Meeting);
    pb__meeting__init(view);
    view->id = uuid_to_pb(ctx, &meeting->id);
    view->organization = directory_org_ref(ctx, &host->org);
    view->kind = meeting->kind;
    view->state = meeting->state;
    view->month = meeting_month(meeting);
    view->starts_at_us = meeting->starts_at_us;
    view->place = borrowed(meeting->place);
    view_registration(meeting, view);
    view->has_held_at_us = meeting->held_at_us > 0;
    view->held_at_us = meeting->held_at_us;
    view->resolution = view_resolution(ctx, meeting);
    view->version = meeting->version;
    return view;
}

Pb__Meeting *view_meeting(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host)
{
    Pb__Meeting *view = view_meeting_header(ctx, meeting, host);
    view->has_participants = true;
    view->participants = meeting->participants;
    view_agenda(ctx, meeting, view);
    view_warnings(ctx, meeting, host, view);
    view_counts(meeting, view);
    view->attendance = view_attendance(ctx, meeting);
    view->minutes = view_published(ctx, meeting);
    view->contact = view_contact(ctx, host);
    view->visible_to = view_audience(ctx, meeting, host);
    view->has_changed_at_us = meeting->changed_at_us > 0;
    view->changed_at_us = meeting->changed_at_us;
    view->change_note = borrowed(meeting->change_note);
    view->cancel_reason = borrowed(meeting->cancel_reason);
    view->has_notification_id = is_set(&meeting->notification);
    if (view->has_notification_id)
        view->notification_id = uuid_to_pb(ctx, &meeting->notification);
    return view;
}

Pb__Person *view_person(TALLOC_CTX *ctx, const struct uuid *id, const char *name)
{
    Pb__Person *person = mem_new(ctx, Pb__Person);
    pb__person__init(person);
    person->id = uuid_to_pb(ctx, id);
    person->full_name = name_or_empty(name);
    return person;
}
