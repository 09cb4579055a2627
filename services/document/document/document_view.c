#include "services/document/document/document_view.h"

#include "common/base/mem.h"
#include "services/document/document/document_texts.h"
#include "services/document/extract/output.h"
#include <string.h>

/* protobuf-c's structs hold `char *` though nobody writes through them. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* Gone from the directory between two round trips. */
static const struct host NOWHERE = {.org.name = ""};

static const struct host *host_of(const struct uuid_map *hosts, const struct uuid *id)
{
    const struct host *host = uuid_map_get(hosts, id);
    return host ? host : &NOWHERE;
}

/* --- audience ----------------------------------------------------------------------------------------------------- */

/* "bí thư, phó bí thư" */
static const char *roles_text(TALLOC_CTX *ctx, const struct audience *audience)
{
    static const char *const ROLES[] = TEXT_ROLES;
    const char *text = NULL;
    for (size_t i = 0; i < audience->n_roles; i++) {
        const char *role = ROLES[audience->roles[i]];
        text = text ? mem_printf(ctx, TEXT_JOIN, text, role) : role;
    }
    return text ? text : TEXT_MEMBERS;
}

static char *label_of(TALLOC_CTX *ctx, const struct document *document, const struct uuid_map *hosts)
{
    const struct audience *audience = &document->audience;
    long long readers = (long long)document->readers;
    if (document->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC)
        return mem_printf(ctx, TEXT_SEEN_BY_EVERYONE, readers);
    if (document_is_restricted(document) || audience->n_organizations == 0)
        return mem_printf(ctx, TEXT_SEEN_BY_NAMED, readers);
    const char *who = roles_text(ctx, audience);
    if (audience->n_organizations > 1)
        return mem_printf(ctx, TEXT_SEEN_BY_ORGANIZATIONS, readers, who, audience->n_organizations);
    const char *name = host_of(hosts, &audience->organizations[0])->org.name;
    if (audience->subtree)
        return mem_printf(ctx, TEXT_SEEN_BY_SUBTREE, readers, who, name);
    return mem_printf(ctx, TEXT_SEEN_BY_ORGANIZATION, readers, who, name);
}

static Pb__VisibleTo *view_visible_to(TALLOC_CTX *ctx, const struct document *document, const struct uuid_map *hosts)
{
    static const char *const READERS[] = {TEXT_READERS_TO_HEADS, TEXT_READERS_TO_PARENT};
    const struct host *host = host_of(hosts, &document->organization);
    bool is_kept = document->is_hidden || document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
    Pb__VisibleTo *view = mem_new(ctx, Pb__VisibleTo);
    pb__visible_to__init(view);
    view->count = is_kept ? host->keepers : document->readers;
    view->label = is_kept ? mem_printf(ctx, TEXT_SEEN_BY_KEEPERS, (long long)host->keepers, host->org.name)
                          : label_of(ctx, document, hosts);
    view->n_names_of_readers_to = host->org.n_path > 1 ? 2 : 1; /* the root has nobody above */
    view->names_of_readers_to = mem_array(ctx, char *, view->n_names_of_readers_to);
    for (size_t i = 0; i < view->n_names_of_readers_to; i++)
        view->names_of_readers_to[i] = borrowed(READERS[i]);
    return view;
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

static void view_targets(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->n_targets = document->n_targets;
    view->targets = mem_array(ctx, Pb__Target *, document->n_targets);
    for (size_t i = 0; i < document->n_targets; i++) {
        view->targets[i] = mem_new(ctx, Pb__Target);
        pb__target__init(view->targets[i]);
        view->targets[i]->id = uuid_to_pb(ctx, &document->targets[i].id);
        view->targets[i]->text = borrowed(document->targets[i].text);
    }
}

static void view_figures(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->n_figures = document->n_figures;
    view->figures = mem_array(ctx, Pb__Figure *, document->n_figures);
    for (size_t i = 0; i < document->n_figures; i++) {
        const struct document_figure *figure = &document->figures[i];
        view->figures[i] = mem_new(ctx, Pb__Figure);
        pb__figure__init(view->figures[i]);
        view->figures[i]->label = borrowed(figure->label);
        view->figures[i]->value = figure->value;
        view->figures[i]->unit = borrowed(figure->unit);
        view->figures[i]->period = borrowed(figure->period);
    }
}

static void view_succession(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->has_replaced_by = document->is_succeeded;
    if (view->has_replaced_by)
        view->replaced_by = uuid_to_pb(ctx, &document->replaced_by);
    view->n_replaces = document->n_replaces;
    view->replaces = mem_array(ctx, Pb__Document__Replaced *, document->n_replaces);
    for (size_t i = 0; i < document->n_replaces; i++) {
        view->replaces[i] = mem_new(ctx, Pb__Document__Replaced);
        pb__document__replaced__init(view->replaces[i]);
        view->replaces[i]->id = uuid_to_pb(ctx, &document->replaces[i].id);
        view->replaces[i]->number = borrowed(document->replaces[i].number);
    }
}

static Pb__Happening *view_event(TALLOC_CTX *ctx, const struct document_happening *event)
{
    if (event->starts_at_us == 0)
        return NULL;
    Pb__Happening *view = mem_new(ctx, Pb__Happening);
    pb__happening__init(view);
    view->starts_at_us = event->starts_at_us;
    view->has_ends_at_us = event->ends_at_us > 0;
    view->ends_at_us = event->ends_at_us;
    view->place = borrowed(event->place);
    return view;
}

static const char *failure_text(const char *word)
{
    static const char *const TEXTS[EXTRACT_ENDS] = {
        [EXTRACT_LOCKED] = TEXT_FAILED_LOCKED,   [EXTRACT_BROKEN] = TEXT_FAILED_BROKEN,
        [EXTRACT_TOO_LARGE] = TEXT_FAILED_LARGE, [EXTRACT_TOO_SLOW] = TEXT_FAILED_SLOW,
        [EXTRACT_OTHER] = TEXT_FAILED_OTHER,
    };
    enum extract_end end = EXTRACT_BROKEN;
    bool is_known = word && extract_end_of(word, strlen(word), &end) && TEXTS[end];
    return !word ? NULL : is_known ? TEXTS[end] : TEXT_FAILED_BROKEN;
}

/* How far its text was read. */
static void view_extraction(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->extraction_failure = borrowed(failure_text(document->extraction_failure));
    if (document->pages_known == 0)
        return;
    view->extraction_progress = mem_new(ctx, Pb__ExtractionProgress);
    pb__extraction_progress__init(view->extraction_progress);
    view->extraction_progress->done = document->pages_read;
    view->extraction_progress->total = document->pages_known;
}

static void view_content(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->media_type = borrowed(document->content.media_type);
    view->bytes = document->content.bytes;
    view->sha256 = mem_bytes(ctx, document->content.sha256, sizeof document->content.sha256);
    view->has_pages = document->pages > 0;
    view->pages = document->pages;
    view->has_version_no = true;
    view->version_no = document->version_no;
    view_extraction(ctx, document, view);
}

/* Instead of that; what the contract has of every document is empty. */
static void view_nothing(TALLOC_CTX *ctx, Pb__Document *view)
{
    static const struct audience NOBODY;
    static const uint8_t NO_CONTENT[CONTENT_SHA256_BYTES];
    view->audience = audience_to_pb(ctx, &NOBODY);
    view->media_type = borrowed("");
    view->sha256 = mem_bytes(ctx, NO_CONTENT, sizeof NO_CONTENT);
}

/* What is no longer said once it was withdrawn: its content, and whom it was for. */
static void view_what_it_says(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->audience = audience_to_pb(ctx, &document->audience);
    view_content(ctx, document, view);
    view->event = view_event(ctx, &document->event);
    view_targets(ctx, document, view);
    view_figures(ctx, document, view);
}

/* --- the resource ------------------------------------------------------------------------------------------------- */

static Pb__OrganizationRef *view_issuer(TALLOC_CTX *ctx, const struct document *document, const struct uuid_map *hosts)
{
    Pb__OrganizationRef *view = directory_org_ref(ctx, &host_of(hosts, &document->organization)->org);
    view->id = uuid_to_pb(ctx, &document->organization);
    return view;
}

static void view_state(TALLOC_CTX *ctx, const struct document *document, Pb__Document *view)
{
    view->state = document->state;
    view->withdrawn_reason = borrowed(document->withdraw_reason);
    view->has_publish_at_us = document->publish_at_us > 0;
    view->publish_at_us = document->publish_at_us;
    view->has_published_at_us = document->published_at_us > 0;
    view->published_at_us = document->published_at_us;
    view->has_notification_id = !uuid_is_zero(&document->notification);
    if (view->has_notification_id)
        view->notification_id = uuid_to_pb(ctx, &document->notification);
    view->version = document->version;
}

Pb__Document *document_view(TALLOC_CTX *ctx, const struct document *document, const struct uuid_map *hosts)
{
    Pb__Document *view = mem_new(ctx, Pb__Document);
    pb__document__init(view);
    view->id = uuid_to_pb(ctx, &document->id);
    view->kind = document->kind;
    view->number = borrowed(document->number);
    view->title = borrowed(document->title);
    view->has_issued_on = document->has_issued_on;
    view->issued_on = document->issued_on;
    view->organization = view_issuer(ctx, document, hosts);
    view->classification = document->classification;
    view->extraction = document->extraction;
    view->requires_acknowledgement = document->requires_acknowledgement;
    view->visible_to = view_visible_to(ctx, document, hosts);
    view_state(ctx, document, view);
    if (document->state != PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN)
        view_what_it_says(ctx, document, view);
    else
        view_nothing(ctx, view);
    view_succession(ctx, document, view);
    return view;
}

/* --- marks -------------------------------------------------------------------------------------------------------- */

Pb__Mark *document_mark_view(TALLOC_CTX *ctx, const struct document *document, const struct document_actor *actor,
                             int64_t acknowledged_at_us)
{
    Pb__Mark *mark = mem_new(ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(mark->subject);
    mark->subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    mark->subject->id = uuid_to_pb(ctx, &document->id);
    mark->can = mem_array(ctx, char *, DOCUMENT_ACTIONS);
    for (enum document_action action = 0; action < DOCUMENT_ACTIONS; action++)
        if (document_offers(document, actor, action))
            mark->can[mark->n_can++] = borrowed(document_action_word(action));
    mark->has_acknowledged_at_us = acknowledged_at_us > 0;
    mark->acknowledged_at_us = acknowledged_at_us;
    return mark;
}
