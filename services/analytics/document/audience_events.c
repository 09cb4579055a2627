#include "services/analytics/document/audience_events.h"

#include "services/analytics/counts/counts.h"
#include "services/analytics/document/audience_store.h"
#include "services/analytics/document/document_events.h"
#include "services/analytics/organization/organization_events.h"
#include "services/analytics/person/person_events.h"

static void *audience_new(struct loop_batch *batch)
{
    return batch;
}

static void audience_write(void *batch, struct pg *pg)
{
    struct audience_touched touched = {0};
    touched.documents = documents_with_new_readers(batch, &touched.n_documents);
    touched.organizations = organizations_moved(batch, &touched.n_organizations);
    touched.members = people_reached_anew(batch, &touched.n_members);
    audience_store_add_documents(pg, loop_ctx(batch), touched.documents, touched.n_documents, 1);
    audience_store_readdress(pg, loop_ctx(batch), touched.organizations, touched.n_organizations);
    audience_store_find_readers(pg, loop_ctx(batch), &touched);
    if (touched.n_documents + touched.n_organizations > 0)
        counts_void_all(batch);
}

const struct loop_part AUDIENCE_PART = {.name = "audience", .new = audience_new, .write = audience_write};
