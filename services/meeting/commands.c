/* Commands: what each must have loaded, then look up → rule → keep → tell. The rules are in meeting.c, the SQL in
 * store_*.c. */
#include "services/meeting/commands.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/facts.h"
#include "services/meeting/store.h"

/* --- what every command does -------------------------------------------------------------------------------------- */

/* What is in a handler's hand once it has found its meeting. */
struct hand {
    const struct meeting *meeting;
    const struct meeting_host *host;
    const struct directory_person *person; /* NULL: unknown to the directory */
    struct meeting_actor actor;
    struct meeting_cause cause;
};

static void take_actor(const struct work *work, const struct loop_message *message, struct hand *hand)
{
    hand->cause = (struct meeting_cause){.message = message->id, .now_us = message->now_us};
    hand->actor = (struct meeting_actor){.id = message->actor};
    hand->person = directory_set_person(work->people, &message->actor);
    if (!hand->person)
        return;
    const Pb__DirectoryMember__Interval *now = directory_interval(hand->person->record, message->now_us);
    hand->actor.standing = directory_standing(hand->person, &hand->host->org, message->now_us);
    hand->actor.is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}

/* Visible → role → state → version. The hand is filled also where the rules refuse (ERR_NOT_ALLOWED,
 * ERR_WRONG_STATE). */
static enum err take_meeting(const struct work *work, const struct loop_message *message, enum meeting_action action,
                             struct hand *ret_hand)
{
    ret_hand->meeting = work_meeting(work, &message->aggregate);
    if (!ret_hand->meeting)
        return ERR_NOT_FOUND;
    ret_hand->host = work_host(work, &ret_hand->meeting->organization);
    if (!ret_hand->host)
        return ERR_RETRY; /* it was known when it convened: our projection is being rebuilt */
    take_actor(work, message, ret_hand);
    enum err err = meeting_check(ret_hand->meeting, &ret_hand->actor, action);
    if (!err && message->has_if_version && message->if_version != ret_hand->meeting->version)
        return ERR_VERSION_CONFLICT;
    return err;
}

/* Lists over every subtree that holds the meeting are stale, and so is the meeting. */
static void tag_meeting(const struct loop_message *message, const struct uuid *meeting, const struct meeting_host *host)
{
    loop_tag(message->batch, TAG_MEETING, meeting);
    for (size_t i = 0; i < host->org.n_path; i++)
        loop_tag(message->batch, TAG_MEETINGS, &host->org.path[i]);
}

/* A comment shows in its meeting's count, which only those see who see the branch's own list. */
static void tag_comments(const struct loop_message *message, const struct hand *hand)
{
    loop_tag(message->batch, TAG_MEETING, &hand->meeting->id);
    loop_tag(message->batch, TAG_COMMENTS, &hand->meeting->id);
    loop_tag(message->batch, TAG_MEETINGS, &hand->host->org.id);
}

/* Keeps the next state, and tells of it. ERR_MONTH_TAKEN: nothing happened. */
static enum err keep_meeting(struct work *work, const struct loop_message *message, const struct hand *hand,
                             const struct meeting *next, const ProtobufCMessage *event)
{
    enum err err = work_keep_meeting(work, next);
    if (err)
        return err;
    loop_event(message, TOPIC_MEETING_EVENTS, &next->id, event);
    tag_meeting(message, &next->id, hand->host);
    loop_answer(message, &next->id, next->version, &view_meeting(message->ctx, next, hand->host)->base);
    return ERR_OK;
}

/* --- what bodies name --------------------------------------------------------------------------------------------- */

static void name_inputs(struct work *work, size_t n_participants, ProtobufCBinaryData *participants, size_t n_items,
                        Pb__AgendaItemInput **items)
{
    for (size_t i = 0; i < n_participants; i++) {
        struct uuid id = uuid_or_zero(participants[i]);
        work_name_person(work, &id);
    }
    for (size_t i = 0; i < n_items; i++)
        for (size_t j = 0; j < items[i]->n_document_ids; j++) {
            struct uuid id = uuid_or_zero(items[i]->document_ids[j]);
            work_name_document(work, &id);
        }
}

static void read_participants(const struct work *work, const struct loop_message *message,
                              const struct directory_org *org, size_t n, ProtobufCBinaryData *ids,
                              struct meeting_input *input)
{
    enum { MAY_ATTEND = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE };
    struct participant_input *participants = mem_array(message->ctx, struct participant_input, n);
    for (size_t i = 0; i < n; i++) {
        struct uuid id = uuid_or_zero(ids[i]);
        const struct directory_person *person = directory_set_person(work->people, &id);
        bool may_attend = person && (directory_standing(person, org, message->now_us) & MAY_ATTEND);
        participants[i] = (struct participant_input){id, may_attend};
    }
    input->participants = participants;
    input->n_participants = n;
}

/* What the agenda names already stays, whoever edits it. */
static const struct agenda_document *named_already(const struct meeting *meeting, const struct uuid *id)
{
    for (size_t i = 0; meeting && i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i].n_documents; j++)
            if (uuid_equal(&meeting->agenda[i].documents[j].id, id))
                return &meeting->agenda[i].documents[j];
    return NULL;
}

/* He names what he may read. */
static bool may_name(const struct work *work, const struct work_document *document, const struct hand *hand)
{
    struct audience_reader reader = audience_reader_of(work->people, hand->person, &document->issuer, &document->author,
                                                       &document->audience, hand->cause.now_us);
    return audience_may_read(document->classification, false, &reader);
}

static const char *document_title(const struct work *work, const struct hand *hand, const struct uuid *id)
{
    const struct agenda_document *named = named_already(hand->meeting, id);
    const struct work_document *document = named ? NULL : work_document(work, id);
    if (named)
        return named->title;
    return document && may_name(work, document, hand) ? document->is.title : NULL;
}

static void read_item(const struct work *work, const struct loop_message *message, const struct hand *hand,
                      const Pb__AgendaItemInput *said, struct agenda_input *ret_item)
{
    struct agenda_document *documents = mem_array(message->ctx, struct agenda_document, said->n_document_ids);
    for (size_t i = 0; i < said->n_document_ids; i++) {
        documents[i].id = uuid_or_zero(said->document_ids[i]);
        documents[i].title = document_title(work, hand, &documents[i].id);
    }
    *ret_item = (struct agenda_input){
        .id = said->has_id ? uuid_or_zero(said->id) : (struct uuid){{0}},
        .title = said->title,
        .minutes = said->minutes,
        .documents = documents,
        .n_documents = said->n_document_ids,
    };
}

static void read_agenda(const struct work *work, const struct loop_message *message, const struct hand *hand, size_t n,
                        Pb__AgendaItemInput **items, struct meeting_input *input)
{
    struct agenda_input *agenda = mem_array(message->ctx, struct agenda_input, n);
    for (size_t i = 0; i < n; i++)
        read_item(work, message, hand, items[i], &agenda[i]);
    input->agenda = agenda;
    input->n_agenda = n;
}

/* --- ScheduleMeeting ---------------------------------------------------------------------------------------------- */

static enum err needs_schedule(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_COMMANDS_PART);
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    work_name_person(work, &message->actor);
    work_name_new_meeting(work, &message->aggregate, &org, clock_local_month(body->starts_at_us));
    name_inputs(work, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input schedule_input(const struct work *work, const struct loop_message *message,
                                           const struct hand *hand)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct meeting_input input = {
        .sets_kind = true,
        .sets_starts_at = true,
        .sets_participants = true,
        .sets_agenda = true,
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .place = body->place,
    };
    read_participants(work, message, &hand->host->org, body->n_participant_ids, body->participant_ids, &input);
    read_agenda(work, message, hand, body->n_agenda, body->agenda, &input);
    return input;
}

static enum err apply_schedule(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    struct hand hand = {.host = work_host(work, &org)};
    if (!hand.host)
        return ERR_NOT_FOUND;
    take_actor(work, message, &hand);
    if (!directory_knows(work->people, hand.person, &hand.host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!meeting_may_convene(body->kind, &hand.actor))
        return ERR_NOT_ALLOWED;
    if (work_meeting(work, &message->aggregate))
        return ERR_ALREADY_EXISTS; /* the same key again, long after its outcome was forgotten */

    struct meeting_input input = schedule_input(work, message, &hand);
    struct meeting_convener convener = {message->aggregate, org, hand.host->org.level == PB__LEVEL__LEVEL_BRANCH};
    struct problems problems = {.n = 0};
    struct meeting next;
    enum err err = meeting_schedule(message->ctx, &convener, &input, body->has_publish && body->publish, &hand.cause,
                                    &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep_meeting(work, message, &hand, &next, facts_of_state(message->ctx, &next));
}

/* --- EditMeeting -------------------------------------------------------------------------------------------------- */

/* Numbers of EditMeeting's fields that may be emptied, so that only the mask tells whether the body named them. */
enum { EDIT_PARTICIPANT_IDS = 5, EDIT_AGENDA = 6, EDIT_CHANGE_NOTE = 7 };

static bool names(const Pb__EditMeeting *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static enum err needs_edit(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_COMMANDS_PART);
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    work_name_person(work, &message->actor);
    work_name_meeting(work, &message->aggregate, WORK_AGENDA | WORK_AUDIENCE);
    if (body->has_starts_at_us || body->has_kind)
        work_name_move(work, &message->aggregate, body->has_starts_at_us,
                       body->has_starts_at_us ? clock_local_month(body->starts_at_us) : 0);
    name_inputs(work, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input edit_input(const struct work *work, const struct loop_message *message,
                                       const struct hand *hand)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    struct meeting_input input = {
        .sets_kind = body->has_kind,
        .sets_starts_at = body->has_starts_at_us,
        .sets_participants = names(body, EDIT_PARTICIPANT_IDS),
        .sets_agenda = names(body, EDIT_AGENDA),
        .sets_change_note = names(body, EDIT_CHANGE_NOTE),
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .place = body->place,
        .change_note = body->change_note,
    };
    if (input.sets_participants)
        read_participants(work, message, &hand->host->org, body->n_participant_ids, body->participant_ids, &input);
    if (input.sets_agenda)
        read_agenda(work, message, hand, body->n_agenda, body->agenda, &input);
    return input;
}

static enum err apply_edit(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    struct hand hand;
    enum err err = take_meeting(work, message, MEETING_EDIT, &hand);
    if (err)
        return err;
    if (body->has_kind && !meeting_may_convene(body->kind, &hand.actor))
        return ERR_NOT_ALLOWED;

    struct meeting_input input = edit_input(work, message, &hand);
    struct problems problems = {.n = 0};
    struct meeting next;
    bool moved;
    bool is_branch = hand.host->org.level == PB__LEVEL__LEVEL_BRANCH;
    err = meeting_edit(message->ctx, hand.meeting, is_branch, &input, &hand.cause, &problems, &next, &moved);
    if (err)
        return problems_refuse(&problems, message, err);
    bool is_draft = next.state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return keep_meeting(work, message, &hand, &next,
                        is_draft ? facts_of_state(message->ctx, &next)
                                 : facts_of_change(message->ctx, hand.meeting, &next, moved));
}

/* --- PublishMeeting, CancelMeeting, DeleteMeetingDraft ------------------------------------------------------------ */

static enum err needs_meeting(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_COMMANDS_PART);
    work_name_person(work, &message->actor);
    work_name_meeting(work, &message->aggregate, WORK_AGENDA | WORK_AUDIENCE);
    return ERR_OK;
}

static enum err apply_publish(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    struct hand hand;
    struct problems problems = {.n = 0};
    struct meeting next;
    enum err err = take_meeting(work, message, MEETING_PUBLISH, &hand);
    if (err)
        return err;
    err = meeting_publish(hand.meeting, &hand.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep_meeting(work, message, &hand, &next, facts_of_state(message->ctx, &next));
}

static enum err apply_cancel(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    const Pb__CancelMeeting *body = (const Pb__CancelMeeting *)message->body;
    struct hand hand;
    struct meeting next;
    enum err err = take_meeting(work, message, MEETING_CANCEL, &hand);
    if (err)
        return err;
    meeting_cancel(hand.meeting, body->reason, &hand.cause, &next);
    return keep_meeting(work, message, &hand, &next, facts_of_state(message->ctx, &next));
}

static enum err apply_delete(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    struct hand hand;
    enum err err = take_meeting(work, message, MEETING_DELETE, &hand);
    if (err)
        return err;
    loop_event(message, TOPIC_MEETING_EVENTS, &message->aggregate, facts_of_deletion(message->ctx, hand.meeting));
    tag_meeting(message, &message->aggregate, hand.host);
    loop_answer(message, &message->aggregate, 0, NULL);
    work_delete_meeting(work, &message->aggregate);
    return ERR_OK;
}

/* --- CommentOnMeeting, AnswerComment ------------------------------------------------------------------------------ */

static enum err needs_comment(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_COMMANDS_PART);
    const Pb__CommentOnMeeting *body = (const Pb__CommentOnMeeting *)message->body;
    work_name_speaker(work, &message->actor);
    work_name_meeting(work, &message->aggregate, body->has_agenda_item_id ? WORK_AGENDA : 0);
    if (body->has_on_behalf_of) {
        struct uuid speaker = uuid_or_zero(body->on_behalf_of);
        work_name_speaker(work, &speaker);
    }
    return ERR_OK;
}

static const struct directory_person *speaker_of(const struct work *work, const Pb__CommentOnMeeting *body,
                                                 const struct hand *hand)
{
    if (!body->has_on_behalf_of)
        return hand->person;
    struct uuid id = uuid_or_zero(body->on_behalf_of);
    return directory_set_person(work->people, &id);
}

static struct comment_input comment_input(const Pb__CommentOnMeeting *body, const struct directory_person *speaker,
                                          const struct hand *hand)
{
    return (struct comment_input){
        .agenda_item = body->has_agenda_item_id ? uuid_or_zero(body->agenda_item_id) : (struct uuid){{0}},
        .on_behalf_of = body->has_on_behalf_of ? uuid_or_zero(body->on_behalf_of) : (struct uuid){{0}},
        .speaker_is_member = speaker &&
                             (directory_standing(speaker, &hand->host->org, hand->cause.now_us) & STANDING_MEMBER),
        .text = body->text,
        .visibility = body->visibility, /* the contract's defaults where absent */
        .channel = body->channel,
    };
}

/* The heads hear of a comment, its author of the answer. */
static void tell_comment(const struct loop_message *message, const struct hand *hand,
                         const struct store_comment *comment, bool is_answer)
{
    struct uuid notification = uuid_derive(&message->id, "notification", 0);
    ProtobufCMessage *event = is_answer ? facts_of_answer(message->ctx, hand->meeting, &comment->is, &notification)
                                        : facts_of_comment(message->ctx, hand->meeting, &comment->is, &notification);
    loop_event(message, TOPIC_MEETING_EVENTS, &hand->meeting->id, event);
    tag_comments(message, hand);
    loop_answer(message, &comment->is.id, 0, &view_comment(message->ctx, &comment->is, &comment->names)->base);
}

static enum err apply_comment(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    const Pb__CommentOnMeeting *body = (const Pb__CommentOnMeeting *)message->body;
    struct hand hand = {.meeting = NULL};
    enum err err = take_meeting(work, message, meeting_comment_action(body->has_on_behalf_of, body->channel), &hand);
    if (err)
        return err;
    const struct directory_person *speaker = speaker_of(work, body, &hand);
    struct comment_input input = comment_input(body, speaker, &hand);
    struct problems problems = {.n = 0};
    struct store_comment comment = {.names.author = speaker ? speaker->full_name : NULL};
    err = meeting_comment(hand.meeting, &message->actor, &input, &hand.cause, &problems, &comment.is);
    if (err)
        return problems_refuse(&problems, message, err);
    work_keep_comment(work, &comment);
    tell_comment(message, &hand, &comment, false);
    return ERR_OK;
}

static enum err needs_answer(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_COMMANDS_PART);
    const Pb__AnswerComment *body = (const Pb__AnswerComment *)message->body;
    struct uuid comment = uuid_or_zero(body->comment_id);
    work_name_speaker(work, &message->actor);
    work_name_meeting(work, &message->aggregate, 0);
    work_name_comment(work, &comment);
    return ERR_OK;
}

/* The comment that the body names, if it is this meeting's and the actor sees it. */
static const struct store_comment *comment_in_hand(const struct work *work, const Pb__AnswerComment *body,
                                                   const struct hand *hand)
{
    struct uuid id = uuid_or_zero(body->comment_id);
    const struct store_comment *comment = work_comment(work, &id);
    bool is_seen = comment && uuid_equal(&comment->is.meeting, &hand->meeting->id) &&
                   meeting_may_read(hand->meeting, &hand->actor) && comment_may_read(&comment->is, &hand->actor);
    return is_seen ? comment : NULL;
}

static enum err apply_answer(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &MEETING_COMMANDS_PART);
    struct work *work = arg;
    const Pb__AnswerComment *body = (const Pb__AnswerComment *)message->body;
    struct hand hand = {.meeting = NULL};
    enum err err = take_meeting(work, message, MEETING_ANSWER, &hand);
    if (err == ERR_NOT_FOUND || err == ERR_RETRY)
        return err;
    const struct store_comment *found = comment_in_hand(work, body, &hand);
    if (!found)
        return ERR_NOT_FOUND;
    if (err)
        return err;
    struct store_comment next = {.names = {found->names.author, hand.person->full_name}};
    comment_answer(&found->is, &message->actor, body->text, message->now_us, &next.is);
    work_keep_comment(work, &next);
    tell_comment(message, &hand, &next, true);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__schedule_meeting__descriptor, needs_schedule, apply_schedule},
    {&pb__edit_meeting__descriptor, needs_edit, apply_edit},
    {&pb__publish_meeting__descriptor, needs_meeting, apply_publish},
    {&pb__cancel_meeting__descriptor, needs_meeting, apply_cancel},
    {&pb__delete_meeting_draft__descriptor, needs_meeting, apply_delete},
    {&pb__comment_on_meeting__descriptor, needs_comment, apply_comment},
    {&pb__answer_comment__descriptor, needs_answer, apply_answer},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

static const struct loop_constraint CONSTRAINTS[] = {{"meeting_month_taken", ERR_MONTH_TAKEN, NULL}};

const struct loop_part MEETING_COMMANDS_PART = {
    .name = "meeting",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = work_new,
    .load = work_load,
    .loaded = work_loaded,
    .write = work_write,
    .constraints = CONSTRAINTS,
    .n_constraints = sizeof CONSTRAINTS / sizeof *CONSTRAINTS,
};
