#include "services/gateway/read/home.h"

#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/pack.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/home.pb-c.h"
#include "sotay/v1/notification.pb-c.h"

enum { TODO_MOST = 3 };
#define TEXT_TODO_TRANSFER "Xét việc chuyển sinh hoạt của đồng chí %s" /* full name */

/* One home under way; owns what was answered so far. */
struct home {
    struct query_step *step;
    Pb__Home *answer;
    bool keep;
};

static void refuse(struct home *home, enum err err, const Pb__QueryReply *reply)
{
    cache_refused(home->step->question, err ? err : ERR_MALFORMED, reply);
    mem_free(home->step);
    mem_free(home);
}

static void finish(struct home *home)
{
    Pb__QueryReply reply = PB__QUERY_REPLY__INIT;
    if (home->answer->n_todo > TODO_MOST)
        home->answer->n_todo = TODO_MOST;
    query_step_answer(home->step, &reply, &home->answer->base, home->keep);
    mem_free(home->step);
    mem_free(home);
}

/* --- the pack ----------------------------------------------------------------------------------------------------- */

static Pb__Home__Pack *describe(struct home *home, const struct pack *pack)
{
    TALLOC_CTX *ctx = mem_context(home, "pack");
    char etag[64];
    size_t n = 0;
    char *text = json_write(ctx, &pack->message->base, &n);
    Pb__Home__Pack *view = mem_new(home, Pb__Home__Pack);
    pb__home__pack__init(view);
    cache_entry_etag(pack->version, text ? text : "", n, etag);
    view->meeting_id = home->answer->next_meeting->id;
    view->etag = mem_text(home, etag);
    view->bytes = (int64_t)n;
    mem_free(ctx);
    return view;
}

/* A meeting that went meanwhile has none. */
static void on_pack(void *arg, const struct pack *pack, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    if (!pack && err != ERR_NOT_FOUND) {
        refuse(home, err, reply);
        return;
    }
    if (pack) {
        home->keep = home->keep && pack->keep;
        home->answer->packs = mem_array(home, Pb__Home__Pack *, 1);
        home->answer->packs[home->answer->n_packs++] = describe(home, pack);
    }
    finish(home);
}

static void ask_pack(struct home *home)
{
    Pb__GetMeetingPack question = PB__GET_MEETING_PACK__INIT;
    question.meeting_id = home->answer->next_meeting->id;
    pack_ask(home->step, &question.base, on_pack, home);
}

/* --- what he has read --------------------------------------------------------------------------------------------- */

static void drop_read_pack(Pb__Home *answer)
{
    size_t n = 0;
    for (size_t i = 0; i < answer->n_todo; i++)
        if (answer->todo[i]->kind != PB__HOME__TODO__KIND__KIND_READ_PACK)
            answer->todo[n++] = answer->todo[i];
    answer->n_todo = n;
}

static const Pb__MarkList *marks_of(struct home *home, enum err err, const Pb__QueryReply *reply)
{
    return err ? NULL : (Pb__MarkList *)service_payload(home, &pb__mark_list__descriptor, reply);
}

static void ask_marks(struct home *home, enum service service, service_done_fn *done)
{
    Pb__ListMarks question = PB__LIST_MARKS__INIT;
    question.has_subject_id = true;
    question.subject_id = home->answer->next_meeting->id;
    query_step_ask(home->step, service, &question.base, done, home);
}

static void on_read(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    const Pb__MarkList *list = marks_of(home, err, reply);
    if (!list) {
        refuse(home, err, reply);
        return;
    }
    Pb__Mark *mark = home->answer->next_meeting_mark;
    for (size_t i = 0; mark && i < list->n_items; i++)
        if (list->items[i]->has_read_at_us) {
            mark->has_read_at_us = true;
            mark->read_at_us = list->items[i]->read_at_us;
            drop_read_pack(home->answer);
        }
    ask_pack(home);
}

/* What he may do with it, and whether he comes. */
static void on_marks(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    const Pb__MarkList *list = marks_of(home, err, reply);
    if (!list) {
        refuse(home, err, reply);
        return;
    }
    home->answer->next_meeting_mark = list->n_items > 0 ? list->items[0] : NULL;
    ask_marks(home, SERVICE_ANALYTICS, on_read);
}

static void go_on(struct home *home)
{
    if (home->answer->next_meeting)
        ask_marks(home, SERVICE_MEETING, on_marks);
    else
        finish(home);
}

/* --- what others know to do --------------------------------------------------------------------------------------- */

/* It has no hour: it stands behind what meeting knows. */
static void add_todo(struct home *home, const Pb__TodoList *list)
{
    Pb__Home *answer = home->answer;
    answer->todo = mem_grow(home, answer->todo, sizeof *answer->todo, answer->n_todo + list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        answer->todo[answer->n_todo++] = list->items[i];
}

static void on_todo(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    const Pb__TodoList *list = err ? NULL : (Pb__TodoList *)service_payload(home, &pb__todo_list__descriptor, reply);
    if (!list) {
        refuse(home, err, reply);
        return;
    }
    home->keep = home->keep && !reply->private_;
    add_todo(home, list);
    go_on(home);
}

static void ask_todo(struct home *home)
{
    Pb__ListTodo question = PB__LIST_TODO__INIT;
    question.limit = TODO_MOST;
    query_step_ask(home->step, SERVICE_DOCUMENT, &question.base, on_todo, home);
}

/* --- transfers that wait for his branch --------------------------------------------------------------------------- */

static bool is_secretary_of(const struct viewer *viewer, ProtobufCBinaryData branch)
{
    struct uuid id;
    if (uuid_from_pb(branch, &id))
        return false;
    for (size_t i = 0; i < viewer->n_grants; i++)
        if (viewer->grants[i].role == PB__ROLE__ROLE_SECRETARY && uuid_equal(&viewer->grants[i].organization, &id))
            return true;
    return false;
}

static bool is_undated(const Pb__Home__Todo *todo)
{
    return !todo->has_due_at_us && todo->kind != PB__HOME__TODO__KIND__KIND_TRANSFER;
}

/* It has no hour: behind what is due and the transfers before it, before what is not due either. */
static void add_transfer(struct home *home, const Pb__Transfer *transfer)
{
    Pb__Home *answer = home->answer;
    Pb__Home__Todo *todo = mem_new(home, Pb__Home__Todo);
    pb__home__todo__init(todo);
    todo->kind = PB__HOME__TODO__KIND__KIND_TRANSFER;
    todo->title = mem_printf(home, TEXT_TODO_TRANSFER, transfer->member->full_name);
    todo->subject = mem_new(home, Pb__Subject);
    pb__subject__init(todo->subject);
    todo->subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_TRANSFER;
    todo->subject->id = transfer->id;
    answer->todo = mem_grow(home, answer->todo, sizeof *answer->todo, answer->n_todo + 1);
    size_t place = answer->n_todo++;
    for (; place > 0 && is_undated(answer->todo[place - 1]); place--)
        answer->todo[place] = answer->todo[place - 1];
    answer->todo[place] = todo;
}

static void on_transfers(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    const Pb__TransferList *list =
        err ? NULL : (Pb__TransferList *)service_payload(home, &pb__transfer_list__descriptor, reply);
    if (!list) {
        refuse(home, err, reply);
        return;
    }
    for (size_t i = 0; i < list->n_items; i++)
        if (is_secretary_of(&home->step->call->viewer, list->items[i]->to_branch->id))
            add_transfer(home, list->items[i]);
    ask_todo(home);
}

static void ask_transfers(struct home *home)
{
    Pb__ListTransfers question = PB__LIST_TRANSFERS__INIT;
    question.has_state = true;
    question.state = PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED;
    query_step_ask(home->step, SERVICE_AUTH, &question.base, on_transfers, home);
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void on_inbox(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    const Pb__InboxList *list = err ? NULL : (Pb__InboxList *)service_payload(home, &pb__inbox_list__descriptor, reply);
    if (!list) {
        refuse(home, err, reply);
        return;
    }
    enum { HEADS = 1U << PB__ROLE__ROLE_SECRETARY | 1U << PB__ROLE__ROLE_DEPUTY_SECRETARY };
    home->answer->unread = list->unread;
    if (viewer_has_role(&home->step->call->viewer, HEADS))
        ask_transfers(home);
    else
        ask_todo(home);
}

static void on_home(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct home *home = arg;
    if (!err)
        home->answer = (Pb__Home *)service_payload(home, &pb__home__descriptor, reply);
    if (!home->answer) {
        refuse(home, err, reply);
        return;
    }
    home->keep = !reply->private_;
    Pb__ListInbox question = PB__LIST_INBOX__INIT;
    question.has_limit = true;
    question.limit = 1; /* its number alone is wanted */
    query_step_ask(home->step, SERVICE_NOTIFICATION, &question.base, on_inbox, home);
}

void home_compose(struct query_step *step)
{
    struct home *home = mem_new(NULL, struct home);
    home->step = step;
    query_step_ask(step, SERVICE_MEETING, step->call->message, on_home, home);
}
