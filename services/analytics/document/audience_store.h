/* SQL of audiences: whom published documents are addressed to now (own_month.documents_addressed, documents_named,
 * fact_addressee; schema/). Everything queues on the caller's pipeline, on its thread; statements see what those before
 * them left; no ids queue nothing. */
#ifndef SOTAY_ANALYTICS_AUDIENCE_STORE_H
#define SOTAY_ANALYTICS_AUDIENCE_STORE_H

#include "common/pg/pg.h"

/* Takes away (-1) what documents count as in the branches that they address as a whole, before their rows change; adds
 * (1) it, after. */
void audience_store_add_documents(struct pg *pg, TALLOC_CTX *ctx, const struct uuid documents[], size_t n,
                                  int32_t sign);

/* Counts for these organisations anew which documents address them as a whole: after they moved. */
void audience_store_readdress(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);

/* Finds anew who is reached by position or name: the readers of these documents; these members and whoever belongs to
 * these organisations or has a position there, as readers. After everything that they depend on was written: documents
 * and the directory. */
struct audience_touched {
    const struct uuid *documents, *members, *organizations;
    size_t n_documents, n_members, n_organizations;
};
void audience_store_find_readers(struct pg *pg, TALLOC_CTX *ctx, const struct audience_touched *touched);

#endif
