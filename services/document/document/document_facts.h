/* What other services hear of a document (TOPIC_DOCUMENT_EVENTS): ids, never names; of a restricted one only its id and
 * for whom it is. Pure; results live in ctx. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_FACTS_H
#define SOTAY_DOCUMENT_DOCUMENT_FACTS_H

#include "services/document/document/document.h"

/* The event that the document's state says by itself: DocumentPublished or DocumentWithdrawn. Not of a draft. */
ProtobufCMessage *document_facts_of_state(TALLOC_CTX *ctx, const struct document *document);
/* It is published just now; `urgent`: phones ring for it at any hour. */
ProtobufCMessage *document_facts_of_publication(TALLOC_CTX *ctx, const struct document *document, bool urgent);
/* Beside that it is withdrawn: why, to those who are told (document_tells_withdrawal). */
ProtobufCMessage *document_facts_of_withdrawal(TALLOC_CTX *ctx, const struct document *document, int64_t now_us);
ProtobufCMessage *document_facts_of_change(TALLOC_CTX *ctx, const struct document *document);

#endif
