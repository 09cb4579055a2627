#include "services/gateway/read/catch_up.h"

#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/home.pb-c.h"

enum { DOCUMENTS_MOST = 20 };

/* One catch-up under way; owns what was answered so far. */
struct catching {
    struct query_step *step;
    Pb__CatchUp *answer;
    bool keep;
};

static void refuse(struct catching *catching, enum err err, const Pb__QueryReply *reply)
{
    cache_refused(catching->step->question, err ? err : ERR_MALFORMED, reply);
    mem_free(catching->step);
    mem_free(catching);
}

static void on_documents(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct catching *catching = arg;
    const Pb__NewDocuments *found =
        err ? NULL : (Pb__NewDocuments *)service_payload(catching, &pb__new_documents__descriptor, reply);
    if (!found) {
        refuse(catching, err, reply);
        return;
    }
    Pb__CatchUp *answer = catching->answer;
    answer->n_documents = found->n_documents;
    answer->documents = found->documents;
    answer->n_resolutions = found->n_resolutions;
    answer->resolutions = found->resolutions;
    Pb__QueryReply whole = PB__QUERY_REPLY__INIT;
    query_step_answer(catching->step, &whole, &answer->base, catching->keep && !reply->private_);
    mem_free(catching->step);
    mem_free(catching);
}

static void on_meetings(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct catching *catching = arg;
    if (!err)
        catching->answer = (Pb__CatchUp *)service_payload(catching, &pb__catch_up__descriptor, reply);
    if (!catching->answer) {
        refuse(catching, err, reply);
        return;
    }
    catching->keep = !reply->private_;
    Pb__ListNewDocuments question = PB__LIST_NEW_DOCUMENTS__INIT;
    question.since_us = catching->answer->since_us;
    question.limit = DOCUMENTS_MOST;
    query_step_ask(catching->step, SERVICE_DOCUMENT, &question.base, on_documents, catching);
}

void catch_up_compose(struct query_step *step)
{
    struct catching *catching = mem_new(NULL, struct catching);
    catching->step = step;
    query_step_ask(step, SERVICE_MEETING, step->call->message, on_meetings, catching);
}
