/* SQL of the projection of documents (schema/001_meeting.sql, 006_document_version.sql). Everything queues on the
 * pipeline; results are read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_DOCUMENT_STORE_H
#define SOTAY_MEETING_DOCUMENT_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/meeting/document/document.h"

/* All versions that are kept of these documents, of each the oldest first. No ids queue nothing. */
struct pg_result *document_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *ids);
/* ERR_INTERNAL: the row's audience, our own bytes, is none. */
MUST_CHECK enum err document_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                        struct document *ret_document);

/* A version of a document as an event tells of it. */
struct document_row {
    struct uuid id, organization, author;
    uint64_t version;
    int64_t begins_at_us;
    int32_t state, classification;
    bool has_kind;
    int32_t kind;
    int64_t published_at_us; /* 0: restricted, or not told */
    const char *title;
    ProtobufCBinaryData audience; /* Pb__Audience, packed; empty: nobody is addressed */
    const struct uuid *addressed; /* organisations all of whose members it is published to, perhaps with all below; */
    size_t n_addressed;           /* none: to some of them only, or it is not out */
    bool subtree;
};
/* In the order in which they were told. A version that is known already stays as it was told first, but for
 * what was not told then; one that became another longer ago than a command may be read again is forgotten. */
void document_store_write(TALLOC_CTX *ctx, struct pg *pg, const struct document_row documents[], size_t n);

#endif
