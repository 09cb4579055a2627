#include "services/gateway/read/pack.h"

#include "common/base/mem.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/queries.h"

struct packing {
    struct query_step *step;
    struct pack pack;
    pack_done_fn *done;
    void *arg;
};

static void finish(struct packing *packing)
{
    packing->done(packing->arg, &packing->pack, ERR_OK, NULL);
    mem_free(packing);
}

static void refuse(struct packing *packing, enum err err, const Pb__QueryReply *reply)
{
    packing->done(packing->arg, NULL, err ? err : ERR_MALFORMED, reply);
    mem_free(packing);
}

/* Packs lie on phones: of what is restricted they have the id that the agenda names, and no more. */
static void put_documents(Pb__MeetingPack *pack, const Pb__DocumentList *list)
{
    pack->documents = list->items;
    for (size_t i = 0; i < list->n_items; i++)
        if (list->items[i]->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED)
            pack->documents[pack->n_documents++] = list->items[i];
}

static void on_documents(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct packing *packing = arg;
    Pb__DocumentList *list = err ? NULL
                                 : (Pb__DocumentList *)service_payload(packing, &pb__document_list__descriptor, reply);
    if (err || !list) {
        refuse(packing, err, reply);
        return;
    }
    put_documents(packing->pack.message, list);
    packing->pack.keep = packing->pack.keep && !reply->private_;
    finish(packing);
}

static void name_documents(struct packing *packing, Pb__GetDocuments *question)
{
    const Pb__Meeting *meeting = packing->pack.message->meeting;
    size_t n = 0;
    for (size_t i = 0; i < meeting->n_agenda; i++)
        n += meeting->agenda[i]->n_documents;
    question->document_ids = mem_array(packing, ProtobufCBinaryData, n);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i]->n_documents; j++)
            question->document_ids[question->n_document_ids++] = meeting->agenda[i]->documents[j]->id;
}

static void on_meeting(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct packing *packing = arg;
    if (!err)
        packing->pack.message = (Pb__MeetingPack *)service_payload(packing, &pb__meeting_pack__descriptor, reply);
    if (err || !packing->pack.message) {
        refuse(packing, err, reply);
        return;
    }
    Pb__GetDocuments question = PB__GET_DOCUMENTS__INIT;
    packing->pack.version = reply->version;
    packing->pack.keep = !reply->private_;
    name_documents(packing, &question);
    if (question.n_document_ids == 0)
        finish(packing);
    else
        query_step_ask(packing->step, SERVICE_DOCUMENT, &question.base, on_documents, packing);
}

void pack_ask(struct query_step *step, const ProtobufCMessage *question, pack_done_fn *done, void *arg)
{
    struct packing *packing = mem_new(NULL, struct packing);
    packing->step = step;
    packing->done = done;
    packing->arg = arg;
    query_step_ask(step, SERVICE_MEETING, question, on_meeting, packing);
}
