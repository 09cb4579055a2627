#include "services/document/document/document.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

/* --- state -------------------------------------------------------------------------------------------------------- */

bool document_is_restricted(const struct document *document)
{
    return document->classification == PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED;
}

static bool is_draft(const struct document *document)
{
    return document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
}

int64_t document_listed_at_us(const struct document *document)
{
    return document->published_at_us > 0 ? document->published_at_us : document->created_at_us;
}

int32_t document_dated_on(const struct document *document)
{
    return document->has_issued_on ? document->issued_on : clock_local_date(document_listed_at_us(document));
}

/* --- who may do what ---------------------------------------------------------------------------------------------- */

bool document_may_create(Pb__Classification classification, const struct document_actor *actor)
{
    enum { ALL = STANDING_SECRETARY | STANDING_OFFICER };
    unsigned enough = classification == PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED ? ALL : ALL | STANDING_DEPUTY;
    return !actor->is_suspended && (actor->reader.standing & enough);
}

bool document_may_be_urgent(const struct document_actor *actor)
{
    return actor->is_service || (actor->reader.standing & STANDING_OFFICER);
}

bool document_may_read(const struct document *document, const struct document_actor *actor)
{
    bool is_seen = !document->is_hidden || audience_keeps(actor->reader.standing);
    return document->version > 0 &&
           (actor->is_service ||
            (is_seen && audience_may_read(document->classification, is_draft(document), &actor->reader)));
}

static bool reads(const struct document *document, const struct document_actor *actor)
{
    (void)document;
    (void)actor;
    return true; /* what is visible may be read */
}

static bool issues(const struct document *document, const struct document_actor *actor)
{
    return actor->is_service || document_may_create(document->classification, actor);
}

bool document_may_issue(const struct document *document, const struct document_actor *actor)
{
    return document_may_read(document, actor) && issues(document, actor);
}

/* Everyone who reads it acts for himself, as long as he is no suspended member. */
static bool answers(const struct document *document, const struct document_actor *actor)
{
    (void)document;
    return !actor->is_service && !actor->is_suspended;
}

static bool is_out_or_waits(const struct document *document)
{
    return !is_draft(document) || document->publish_at_us > 0;
}

/* What reached the wrong people may be hidden late, too. */
static bool may_be_hidden(const struct document *document)
{
    return is_out_or_waits(document) && !document->is_hidden;
}

static bool has_targets(const struct document *document)
{
    return document->n_targets > 0;
}

static bool asks_for_acknowledgement(const struct document *document)
{
    return document->requires_acknowledgement;
}

enum {
    DRAFT = 1 << PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT,
    PUBLISHED = 1 << PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
    REPLACED = 1 << PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED,
    WITHDRAWN = 1 << PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN,
};

static const struct {
    const char *word;
    bool (*may)(const struct document *document, const struct document_actor *actor);
    unsigned states;
    bool is_readers;                               /* who is too late for it is told that the document was withdrawn */
    bool (*when)(const struct document *document); /* or NULL: whatever else it says */
} ACTIONS[DOCUMENT_ACTIONS] = {
    [DOCUMENT_READ] = {"read", reads, DRAFT | PUBLISHED | REPLACED | WITHDRAWN, false, NULL},
    [DOCUMENT_EDIT] = {"edit", issues, DRAFT | PUBLISHED, false, NULL},
    [DOCUMENT_PUBLISH] = {"publish", issues, DRAFT, false, NULL},
    [DOCUMENT_DISCARD] = {"discard", issues, DRAFT, false, NULL},
    [DOCUMENT_WITHDRAW] = {"withdraw", issues, DRAFT | PUBLISHED | REPLACED, false, is_out_or_waits},
    [DOCUMENT_HIDE] = {"hide", issues, DRAFT | PUBLISHED | REPLACED | WITHDRAWN, false, may_be_hidden},
    [DOCUMENT_CORRECT] = {"correct", issues, PUBLISHED, false, NULL},
    [DOCUMENT_REPLACE] = {"replace", issues, PUBLISHED, false, NULL},
    [DOCUMENT_COMMENT] = {"comment", answers, PUBLISHED | REPLACED, true, NULL},
    [DOCUMENT_REACT] = {"react", answers, PUBLISHED | REPLACED, true, has_targets},
    [DOCUMENT_ACKNOWLEDGE] = {"acknowledge", answers, PUBLISHED | REPLACED, true, asks_for_acknowledgement},
};

static enum err check_state(const struct document *document, enum document_action action)
{
    bool is_withdrawn = document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    bool is_late = !(ACTIONS[action].states & 1U << document->state);
    if (is_late)
        return is_withdrawn && ACTIONS[action].is_readers ? ERR_WITHDRAWN : ERR_WRONG_STATE;
    return !ACTIONS[action].when || ACTIONS[action].when(document) ? ERR_OK : ERR_WRONG_STATE;
}

enum err document_check(const struct document *document, const struct document_actor *actor,
                        enum document_action action)
{
    if (!document || !document_may_read(document, actor))
        return ERR_NOT_FOUND;
    return ACTIONS[action].may(document, actor) ? check_state(document, action) : ERR_NOT_ALLOWED;
}

const char *document_action_word(enum document_action action)
{
    return ACTIONS[action].word;
}

/* --- what a body may say ------------------------------------------------------------------------------------------ */

/* Never wider than one's own place (ACCESS.md). */
static void check_places(const struct document_input *input, struct problems *problems)
{
    for (size_t i = 0; i < input->audience.n_organizations; i++)
        if (!input->organization_is_within[i])
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/audience/organization_ids/%zu", i);
    for (size_t i = 0; i < input->audience.n_members; i++)
        if (!input->member_is_within[i])
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/audience/member_ids/%zu", i);
}

/* Somebody must be able to read it once it is out. */
static void check_audience(const struct document *next, struct problems *problems)
{
    const struct audience *audience = &next->audience;
    bool is_public = next->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC;
    if (document_is_restricted(next) && audience->n_members == 0)
        problems_add(problems, ERR_FIELD_REQUIRED, "/audience/member_ids");
    else if (!is_public && audience->n_organizations == 0 && audience->n_members == 0)
        problems_add(problems, ERR_FIELD_REQUIRED, "/audience/organization_ids");
}

static void check_parts(const struct document *next, struct problems *problems)
{
    bool is_event = next->kind == PB__DOCUMENT_KIND__DOCUMENT_KIND_EVENT, has_event = next->event.starts_at_us > 0;
    if (is_event && !has_event)
        problems_add(problems, ERR_FIELD_REQUIRED, "/event");
    if (has_event && !is_event)
        problems_add(problems, ERR_FIELD_CONFLICT, "/event");
    if (next->event.ends_at_us > 0 && next->event.ends_at_us < next->event.starts_at_us)
        problems_add(problems, ERR_FIELD_TOO_SMALL, "/event/ends_at");
    if (next->n_figures > 0 && next->kind != PB__DOCUMENT_KIND__DOCUMENT_KIND_FIGURES)
        problems_add(problems, ERR_FIELD_CONFLICT, "/figures");
}

static bool is_repeated(const struct document *const documents[], size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (documents[j] == documents[i])
            return true;
    return false;
}

/* What was withdrawn, and has no successor yet. */
static enum err check_replaced(const struct document *next, const struct document_input *input, size_t i)
{
    const struct document *old = input->replaces[i];
    if (!old || !uuid_equal(&old->organization, &next->organization))
        return ERR_FIELD_UNKNOWN_ID;
    if (is_repeated(input->replaces, i))
        return ERR_FIELD_DUPLICATE;
    bool is_withdrawn = old->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    return is_withdrawn && uuid_is_zero(&old->replaced_by) ? ERR_OK : ERR_FIELD_CONFLICT;
}

/* A restricted one stands in no other document. */
static void take_replaced(TALLOC_CTX *ctx, const struct document_input *input, struct problems *problems,
                          struct document *next)
{
    struct document_replaced *replaces = mem_array(ctx, struct document_replaced, input->n_replaces);
    for (size_t i = 0; i < input->n_replaces; i++) {
        enum err err = check_replaced(next, input, i);
        if (err)
            problems_add(problems, err, "/replaces/%zu", i);
        else if (!document_is_restricted(input->replaces[i]))
            replaces[next->n_replaces++] = (struct document_replaced){input->replaces[i]->id,
                                                                      input->replaces[i]->number};
    }
    next->replaces = replaces;
}

/* Nobody else of the issuer bears its number in the term that holds; what is older, or where none is known, in its
 * year. */
static int32_t number_since(const struct document *document, int32_t term_started_on)
{
    int32_t on = document->has_issued_on ? document->issued_on : clock_local_date(document->created_at_us);
    int year, month, day;
    clock_date_split(on, &year, &month, &day);
    return term_started_on > 0 && on >= term_started_on ? term_started_on : clock_date_join(year, 1, 1);
}

static bool keeps_place(const struct document *document, const struct document_input *input, size_t i)
{
    return i < document->n_targets && i < input->n_targets && strcmp(document->targets[i].text, input->targets[i]) == 0;
}

/* The first with this text that nobody has; else the number of the old ones. */
static size_t old_target(const struct document *document, const bool is_taken[], const char *text)
{
    size_t old = 0;
    while (old < document->n_targets && (is_taken[old] || strcmp(document->targets[old].text, text) != 0))
        old++;
    return old;
}

/* A target whose text stays keeps its id wherever it stands now: reactions are about it. Of two with one text,
 * that which stays in its place keeps its own. */
static const struct document_target *next_targets(TALLOC_CTX *ctx, const struct document *document,
                                                  const struct document_input *input,
                                                  const struct document_cause *cause)
{
    struct document_target *targets = mem_array(ctx, struct document_target, input->n_targets);
    bool *is_taken = mem_array(ctx, bool, document->n_targets);
    for (size_t i = 0; i < document->n_targets; i++)
        is_taken[i] = keeps_place(document, input, i);
    for (size_t i = 0; i < input->n_targets; i++) {
        const char *text = input->targets[i];
        size_t old = keeps_place(document, input, i) ? i : old_target(document, is_taken, text);
        bool is_new = old == document->n_targets;
        targets[i] = (struct document_target){
            is_new ? uuid_derive(&cause->message, "target", i) : document->targets[old].id, text};
        if (!is_new)
            is_taken[old] = true;
    }
    return targets;
}

static void take_content(const struct document_input *input, struct problems *problems, struct document *next)
{
    if (input->names_blob && input->text)
        problems_add(problems, ERR_FIELD_CONFLICT, "/text");
    else if (input->text)
        next->content = content_of_text(input->text);
    else if (input->has_blob)
        next->content = input->blob;
    else
        problems_add(problems, ERR_FIELD_REQUIRED, "/blob_sha256");
    /* files wait until they are read (extraction/) */
    next->pages = 0;
    next->extraction = next->content.is_text ? PB__EXTRACTION__EXTRACTION_DONE : PB__EXTRACTION__EXTRACTION_PENDING;
}

static void take_metadata(const struct document_input *input, struct document *next)
{
    if (input->sets_kind)
        next->kind = input->kind;
    if (input->sets_number)
        next->number = input->number;
    if (input->title)
        next->title = input->title;
    if (input->sets_issued_on) {
        next->has_issued_on = input->has_issued_on;
        next->issued_on = input->issued_on;
    }
    if (input->sets_classification)
        next->classification = input->classification;
    if (input->sets_acknowledgement)
        next->requires_acknowledgement = input->requires_acknowledgement;
    if (input->sets_event)
        next->event = input->event;
    if (input->sets_publish_at)
        next->publish_at_us = 0;
}

/* Puts what the body says into `next`, which holds the document so far. */
static void take_input(TALLOC_CTX *ctx, const struct document *document, const struct document_input *input,
                       const struct document_cause *cause, struct problems *problems, struct document *next)
{
    take_metadata(input, next);
    if (input->sets_number || input->sets_kind || input->sets_issued_on)
        next->number_since = next->number ? number_since(next, cause->term_started_on) : 0;
    if (input->sets_audience) {
        check_places(input, problems);
        next->audience = input->audience;
    }
    if (input->sets_audience || input->sets_classification)
        next->readers = input->readers;
    if (input->sets_content)
        take_content(input, problems, next);
    if (input->sets_targets) {
        next->targets = next_targets(ctx, document, input, cause);
        next->n_targets = input->n_targets;
    }
    if (input->sets_figures) {
        next->figures = input->figures;
        next->n_figures = input->n_figures;
    }
    if (input->has_publish_at)
        problems_add(problems, ERR_FIELD_CONFLICT, "/publish_at"); /* a time is said by publishing */
    check_audience(next, problems);
    check_parts(next, problems);
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

enum err document_create(TALLOC_CTX *ctx, const struct document_issuer *issuer, const struct document_input *input,
                         const struct document_cause *cause, struct problems *problems, struct document *ret_next)
{
    static const struct document NOTHING;
    struct document next = {
        .id = issuer->document,
        .organization = issuer->organization,
        .author = issuer->author,
        .version = 1,
        .version_no = 1,
        .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT,
        .created_at_us = cause->now_us,
    };
    if (input->names_blob && !input->has_blob)
        return ERR_BLOB_UNKNOWN;
    take_input(ctx, &NOTHING, input, cause, problems, &next);
    take_replaced(ctx, input, problems, &next);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

enum err document_edit(TALLOC_CTX *ctx, const struct document *document, const struct document_input *input,
                       const struct document_cause *cause, struct problems *problems, struct document *ret_next)
{
    if (input->sets_content && !is_draft(document))
        return ERR_WRONG_STATE;
    if (input->names_blob && !input->has_blob)
        return ERR_BLOB_UNKNOWN;
    struct document next = *document;
    next.version++;
    take_input(ctx, document, input, cause, problems, &next);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

static struct uuid notification_of(const struct document_cause *cause)
{
    return uuid_derive(&cause->message, "notification", 0);
}

enum err document_publish(const struct document *document, Pb__Notify notify, int64_t at_us, bool is_timer,
                          const struct document_cause *cause, struct problems *problems, struct document *ret_next)
{
    if (is_timer && at_us != document->publish_at_us)
        return ERR_WRONG_STATE; /* it was given another time since */
    if (at_us > cause->now_us + DOCUMENT_DAYS_AHEAD * CLOCK_DAY_US) {
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/at");
        return ERR_INVALID;
    }
    *ret_next = *document;
    ret_next->version++;
    ret_next->notify = notify;
    if (!is_timer && at_us > cause->now_us) {
        ret_next->publish_at_us = at_us;
        return ERR_OK;
    }
    ret_next->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED;
    ret_next->publish_at_us = 0;
    ret_next->published_at_us = cause->now_us;
    ret_next->notification = notification_of(cause);
    return ERR_OK;
}

enum err document_correct(const struct document *document, const struct document_input *input,
                          struct problems *problems, struct document *ret_next)
{
    if (input->names_blob && !input->has_blob)
        return ERR_BLOB_UNKNOWN;
    if (document->version_no >= DOCUMENT_VERSIONS_MOST)
        return ERR_LIMIT_REACHED;
    struct document next = *document;
    next.version++;
    next.version_no++;
    take_content(input, problems, &next);
    bool is_same = memcmp(next.content.sha256, document->content.sha256, sizeof next.content.sha256) == 0;
    if (is_same && problems->n == 0)
        problems_add(problems, ERR_FIELD_DUPLICATE, input->text ? "/text" : "/blob_sha256");
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

enum err document_replace(const struct document *document, const struct document *by, struct problems *problems,
                          struct document *ret_next)
{
    bool is_in_force = by && by->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED && by != document;
    if (!is_in_force || !document_names_successor(document, by)) {
        problems_add(problems, by ? ERR_FIELD_CONFLICT : ERR_FIELD_UNKNOWN_ID, "/by_document_id");
        return ERR_INVALID;
    }
    *ret_next = document_succeed(document, by);
    ret_next->version++;
    ret_next->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED;
    return ERR_OK;
}

bool document_names_successor(const struct document *document, const struct document *next)
{
    return !is_draft(next) && !next->is_hidden && (!document_is_restricted(next) || document_is_restricted(document));
}

struct document document_succeed(const struct document *document, const struct document *next)
{
    struct document succeeded = *document;
    succeeded.replaced_by = next->id;
    succeeded.is_succeeded = document_names_successor(document, next);
    return succeeded;
}

struct document document_outlast(const struct document *document)
{
    static const struct uuid NOBODY;
    struct document outlasting = *document;
    outlasting.replaced_by = NOBODY;
    outlasting.is_succeeded = false;
    return outlasting;
}

void document_withdraw(const struct document *document, const char *reason, bool hide,
                       const struct document_cause *cause, struct document *ret_next)
{
    *ret_next = *document;
    ret_next->version++;
    if (is_draft(document)) {
        ret_next->publish_at_us = 0;
        return;
    }
    ret_next->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    ret_next->withdraw_reason = reason;
    ret_next->is_hidden = hide;
    ret_next->notification = notification_of(cause);
}

bool document_tells_withdrawal(const struct document *withdrawn)
{
    return withdrawn->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN && !withdrawn->is_hidden &&
           withdrawn->notify != PB__NOTIFY__NOTIFY_NONE;
}
