#include "services/document/document/document_republish.h"

#include "common/base/mem.h"
#include "common/loop/loop.h"
#include "services/document/document/document_facts.h"
#include "services/document/document/document_store.h"

enum { CHUNK = 500 };

static enum err queue_chunk(TALLOC_CTX *ctx, struct pg *pg, const struct pg_result *rows, int64_t now_us,
                            struct uuid *ret_last)
{
    struct uuid cause = uuid_random_at(now_us); /* told anew each time: readers go by the document's version */
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, now_us);
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct document document;
        document_store_read(ctx, rows, i, &document);
        loop_outbox_event(outbox, TOPIC_DOCUMENT_EVENTS, &document.id, document_facts_of_state(ctx, &document));
        *ret_last = document.id;
    }
    pg_queue_sql(pg, "BEGIN");
    loop_outbox_queue(outbox, pg);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

enum err document_republish(struct service *service, struct pg *pg)
{
    struct uuid after = {{0}};
    enum err err = ERR_OK;
    for (size_t n = CHUNK; !err && n == CHUNK;) {
        TALLOC_CTX *ctx = mem_context(NULL, "republish");
        struct pg_result *rows;
        err = document_store_next_published(ctx, pg, &after, CHUNK, &rows);
        n = err ? 0 : pg_rows(rows);
        if (n > 0)
            err = queue_chunk(ctx, pg, rows, service_now_us(service), &after);
        mem_free(ctx);
    }
    return err;
}
