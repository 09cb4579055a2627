#include "services/auth/consent/consent_query.h"

#include "common/base/mem.h"
#include "services/auth/consent/consent_store.h"
#include "services/auth/consent/consent_view.h"
#include "services/auth/member/asker.h"

static struct consent newest_of(TALLOC_CTX *ctx, const struct pg_result *rows, const char *purpose)
{
    struct consent consent = {.purpose = purpose}, found;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        consent_store_read(ctx, rows, row, &found);
        if (strcmp(found.purpose, purpose) == 0)
            consent = found;
    }
    return consent;
}

static enum err list_consents(struct query *query)
{
    struct uuid member;
    enum err err = asker_read(query, &member);
    if (err)
        return err;
    struct pg_result *rows = consent_store_newest_queue(query->pg, query->ctx, &member, 1);
    err = pg_flush(query->pg);
    if (err)
        return err;
    Pb__ConsentList *list = mem_new(query->ctx, Pb__ConsentList);
    pb__consent_list__init(list);
    list->items = mem_array(query->ctx, Pb__Consent *, N_CONSENT_PURPOSES);
    for (; list->n_items < N_CONSENT_PURPOSES; list->n_items++) {
        const struct consent consent = newest_of(query->ctx, rows, CONSENT_PURPOSES[list->n_items]);
        list->items[list->n_items] = consent_view(query->ctx, &consent);
    }
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__list_consents__descriptor, list_consents}};
const struct query_table CONSENT_QUERIES = QUERY_TABLE(ROWS);
