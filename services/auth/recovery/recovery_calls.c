#include "services/auth/recovery/recovery_calls.h"
#include "services/auth/audit/audit_call.h"

#include "common/base/mem.h"
#include "services/auth/account/account_facts.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/regain_store.h"
#include "services/auth/account/typed.h"
#include "services/auth/letter/letter_pdf.h"
#include "services/auth/letter/letter_rule.h"
#include "services/auth/letter/letter_texts.h"
#include "services/auth/look/look.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/session/session.h"
#include "services/auth/session/sign_in.h"

static int64_t idle_before_us(void)
{
    return clock_now_us() - SESSION_IDLE_US; /* of sessions, which follow the wall clock */
}

/* --- who may ask for whose --- */

struct matter {
    struct uuid member;
    struct own_account caller;
    struct regain_subject subject;
    struct directory_scope scope;
    struct directory_org org; /* the member's branch */
    struct letter_row *row;
};

static enum err find_member(struct query *query, ProtobufCBinaryData id, struct matter *matter)
{
    if (uuid_from_pb(id, &matter->member))
        return ERR_NOT_FOUND;
    enum err err = regain_store_find(query->pg, query->ctx, &matter->member, idle_before_us(), &matter->subject);
    if (err)
        return err;
    return matter->subject.found ? ERR_OK : ERR_NOT_FOUND;
}

/* A secretary asks for nobody who holds a position: that is an administrator's (ACCESS.md). Nor for whoever was once
 * put down as left, perhaps by himself: no session of that member's is there any more that could object. */
static enum err check_below(struct query *query, struct matter *matter)
{
    struct letter_filter filter;
    size_t n;
    enum err err = letter_rule(&matter->scope, &matter->org, &filter);
    if (err)
        return err;
    if (!filter.subtree && matter->subject.returned)
        return ERR_NOT_ALLOWED;
    if (!filter.subtree)
        filter.n_roles = 0;
    filter.named = &matter->member;
    filter.n_named = 1;
    err = letter_store_list(query->pg, query->ctx, &filter, 1, &matter->row, &n);
    if (err)
        return err;
    return n == 1 && matter->row->below ? ERR_OK : ERR_NOT_ALLOWED;
}

/* Who sees a member's branch sees that there is such a member. */
static enum err check_caller(struct query *query, ProtobufCBinaryData member_id, struct matter *matter)
{
    Pb__Organization *organization;
    enum err err = own_account_read(query, &matter->caller);
    if (!err)
        err = own_account_scope(query, &matter->caller);
    if (!err)
        err = find_member(query, member_id, matter);
    if (!err)
        err = organization_visible(query, uuid_to_pb(query->ctx, &matter->subject.branch), &matter->scope, &matter->org,
                                   &organization);
    if (!err)
        err = check_below(query, matter);
    if (!err && !matter->subject.activated)
        err = ERR_NOT_ACTIVATED;
    return err;
}

static enum err note_look(struct query *query, const struct matter *matter, const char *reason)
{
    const struct look look = {.what = PB__LOOK_WHAT__LOOK_WHAT_RECOVERY, .reason = reason};
    return look_note_queue(query, &matter->org, &look, &matter->member, 1);
}

/* --- asking --- */

static void reply_regain(struct query *query, const struct regain *regain)
{
    query->reply = &regain_view(query->ctx, regain, query->now_us)->base;
    query->private_reply = true;
}

static enum err keep(struct query *query, const struct matter *matter, const char *reason)
{
    const struct uuid id = uuid_random_at(query->now_us);
    const struct regain regain = regain_new(&id, &matter->member, matter->subject.has_live_session, query->now_us);
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &id, query->now_us);
    regain_store_add_queue(query->pg, query->ctx, &regain, &matter->caller.member, reason);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &matter->member,
                      &recovery_asked(query->ctx, &regain, &matter->subject.branch)->base);
    loop_outbox_queue(outbox, query->pg);
    reply_regain(query, &regain);
    enum err err = note_look(query, matter, reason);
    audit_call_queue(query, PB__AUDIT_ACTION__AUDIT_ACTION_RECOVERY_ASKED, &matter->org.id, &matter->member, 1);
    return err;
}

/* Asked for again, as after a lost reply, it is the same. */
static enum err ask_within(struct query *query, struct matter *matter)
{
    const Pb__AskRecovery *body = (const Pb__AskRecovery *)query->body;
    enum err err = find_member(query, body->member_id, matter);
    if (err)
        return err;
    const struct regain_subject *subject = &matter->subject;
    if (subject->has_newest && regain_is_open(&subject->newest, query->now_us)) {
        reply_regain(query, &subject->newest);
        return ERR_OK;
    }
    return keep(query, matter, body->reason);
}

static enum err ask(struct query *query)
{
    struct matter *matter = mem_new(query->ctx, struct matter);
    enum err err = check_caller(query, ((const Pb__AskRecovery *)query->body)->member_id, matter);
    if (err)
        return err;
    pg_queue_sql(query->pg, "BEGIN");
    regain_store_lock_queue(query->pg, query->ctx, &matter->member);
    err = ask_within(query, matter);
    if (err)
        return sign_in_refuse(query, err);
    pg_queue_sql(query->pg, "COMMIT");
    return pg_flush(query->pg);
}

/* --- its letter --- */

static enum err check_ready(struct query *query, const struct matter *matter, struct uuid *ret_id)
{
    const Pb__GetRecoveryLetter *body = (const Pb__GetRecoveryLetter *)query->body;
    const struct regain *newest = &matter->subject.newest;
    if (uuid_from_pb(body->recovery_id, ret_id) || !matter->subject.has_newest || !uuid_equal(ret_id, &newest->id))
        return ERR_NOT_FOUND;
    switch (regain_state(newest, query->now_us)) {
    case PB__RECOVERY_STATE__RECOVERY_STATE_READY: return ERR_OK;
    case PB__RECOVERY_STATE__RECOVERY_STATE_WAITING: return ERR_RECOVERY_WAITING;
    default: return ERR_RECOVERY_ENDED;
    }
}

static enum err print(struct query *query, const struct matter *matter)
{
    const struct regain *regain = &matter->subject.newest;
    const char *code = regain_code(query->ctx, keys_current(), regain);
    const struct letter letter = {.recovers = true,
                                  .full_name = matter->row->full_name,
                                  .branch = matter->row->branch,
                                  .card_number = matter->row->card_number,
                                  .code = typed_code_grouped(query->ctx, code, 4),
                                  .until_date = letter_last_day(regain->expires_at_us)};
    Pb__File *file = mem_new(query->ctx, Pb__File);
    pb__file__init(file);
    file->name = TEXT_RECOVERY_FILE_NAME;
    file->media_type = "application/pdf";
    query->reply = &file->base;
    query->private_reply = true;
    return letter_pdf(query->ctx, &letter, 1, 1, &file->content);
}

static enum err get_letter(struct query *query)
{
    struct matter *matter = mem_new(query->ctx, struct matter);
    struct uuid id;
    enum err err = check_caller(query, ((const Pb__GetRecoveryLetter *)query->body)->member_id, matter);
    if (!err)
        err = check_ready(query, matter, &id);
    if (!err)
        err = print(query, matter);
    if (!err)
        err = note_look(query, matter, NULL);
    if (err)
        return err;
    audit_call_queue(query, PB__AUDIT_ACTION__AUDIT_ACTION_RECOVERY_LETTER_PRINTED, &matter->org.id, &matter->member,
                     1);
    return pg_flush(query->pg);
}

/* --- the member's word --- */

static enum err object(struct query *query)
{
    struct own_account own;
    struct regain_subject subject;
    bool objected = false;
    enum err err = own_account_read(query, &own);
    if (!err)
        err = regain_store_object(query->pg, query->ctx, &own.member, query->now_us, &objected);
    if (!err && !objected)
        err = ERR_NO_RECOVERY;
    if (!err)
        err = regain_store_find(query->pg, query->ctx, &own.member, idle_before_us(), &subject);
    if (!err)
        reply_regain(query, &subject.newest);
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__ask_recovery__descriptor, ask},
    {&pb__get_recovery_letter__descriptor, get_letter, .is_slow = true},
    {&pb__object_to_recovery__descriptor, object},
};
const struct query_table RECOVERY_QUERIES = QUERY_TABLE(ROWS);
