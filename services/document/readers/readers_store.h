/* How many people an audience is: counted when it is set, because counting a city takes too long for a list. Queues on
 * the pipeline; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_READERS_STORE_H
#define SOTAY_DOCUMENT_READERS_STORE_H

#include "common/pg/pg.h"
#include "services/directory/audience_store.h"

/* Whom a body makes a document for; what it does not say is as the document's row says. */
struct readers_asked {
    struct uuid message, document;
    const struct audience *audience; /* NULL: not said */
    bool has_classification;
    Pb__Classification classification;
};

/* Rows of (message, count), one for each that was added. */
struct pg_args *readers_store_count(TALLOC_CTX *ctx);
void readers_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct readers_asked *asked);

#endif
