/* What a command is about, found and checked: every handler of a document, and of what lies under one, begins with its
 * context, and says by it what changed. The loop's thread; lives as long as the batch. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_CONTEXT_H
#define SOTAY_DOCUMENT_DOCUMENT_CONTEXT_H

#include "common/loop/loop.h"
#include "services/document/document/document.h"
#include "services/document/host/host.h"

struct document_context {
    const struct loop_message *message;
    const struct document *document; /* NULL: it is to be made */
    const struct host *host;
    const struct directory_person *person; /* NULL: unknown to the directory, or a timer speaks */
    struct document_actor actor;
    struct document_cause cause;
    const char *reason;  /* for the history: why, where its handler says so */
    const char *clauses; /* likewise: those that were replaced, one behind the other */
};

/* In `want`: the message's document with its hosts, and who acts. */
void document_context_want(const struct loop_message *message);

/* Who acts, in an organisation that is to issue. */
void document_context_of_host(const struct loop_message *message, const struct host *host,
                              struct document_context *ret_context);
/* Whether he may issue this one, which is the same organisation's; never NULL. */
bool document_context_issues(const struct document_context *issuer, const struct document *document);
/* Visible → role → state → version: ERR_NOT_FOUND, ERR_NOT_ALLOWED, ERR_WRONG_STATE or ERR_WITHDRAWN,
 * ERR_VERSION_CONFLICT. ERR_RETRY: the directory is being read again. */
MUST_CHECK enum err document_context_take(const struct loop_message *message, enum document_action action,
                                          struct document_context *ret_context);

/* Answers with this state: the document's own, where nothing changed. */
void document_context_answer(const struct document_context *context, const struct document *document);
/* Keeps the next state, and says what follows; `event` NULL: others need not know. What others know may be named at
 * once, so the answer waits for the event. What is restricted is in no outcome: its author reads it. */
void document_context_keep(const struct document_context *context, const struct document *next,
                           const ProtobufCMessage *event);

#endif
