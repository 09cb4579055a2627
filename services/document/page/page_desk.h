/* Where pages that nobody has drawn are asked for: a thread draws one after the other, each once, whoever waits for it.
 * No more than PAGE_DESK_MOST pages wait, PAGE_DESK_OF_ONE of those whom one branch asked for; and fewer than twice as
 * many readers, as each holds one of the few connections that a gateway has to this service: who asks for a page that
 * another waits for joins him while PAGE_DESK_MOST readers or fewer wait. Nobody waits longer than page_seconds. All
 * others are told to ask again, and the page is drawn meanwhile. */
#ifndef SOTAY_DOCUMENT_PAGE_DESK_H
#define SOTAY_DOCUMENT_PAGE_DESK_H

#include "common/base/uuid.h"
#include "common/service/service.h"
#include "services/document/page/page_files.h"

enum { PAGE_DESK_MOST = 8, PAGE_DESK_OF_ONE = 2 }; /* pages; each takes a third of a second */

extern struct page_config {
    const char *program;
    int64_t memory_mb, seconds, store_mb;
} page_config;

struct page_wish {
    struct page_key key;
    struct uuid branch; /* who asks; zero: a stranger */
    bool is_restricted; /* its picture is not kept for it */
    const char *known;  /* or NULL: entity tags, a picture's is its file's name in quotes. Borrowed from the query */
};

/* `blob_dir` is borrowed. ERR_CONFIG: no program; ERR_INTERNAL: no thread. */
MUST_CHECK enum err page_desk_start(struct service *service, const char *blob_dir);
void page_desk_stop(void); /* behind all queries */

/* The picture, if it is kept, is the reply; else the query is handed on to the thread. ERR_NO_PAGES: it cannot be
 * drawn. A page that is not there is a reply too: who asks sees the document. */
MUST_CHECK enum err page_desk_ask(struct query *query, const struct page_wish *wish);
void page_desk_reply_absent(struct query *query);

#endif
