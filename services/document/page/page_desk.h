/* Where pages that nobody has drawn are asked for: a thread draws one after the other, each once, whoever waits for it.
 * No more than PAGE_DESK_MOST wait, and nobody longer than page_seconds: he is told to ask again, and the page is
 * drawn meanwhile. */
#ifndef SOTAY_DOCUMENT_PAGE_DESK_H
#define SOTAY_DOCUMENT_PAGE_DESK_H

#include "common/service/service.h"
#include "services/document/page/page_files.h"

enum { PAGE_DESK_MOST = 8 }; /* pages; each takes a third of a second */

extern struct page_config {
    const char *program;
    int64_t memory_mb, seconds, store_mb;
} page_config;

/* `blob_dir` is borrowed. ERR_CONFIG: no program; ERR_INTERNAL: no thread. */
MUST_CHECK enum err page_desk_start(struct service *service, const char *blob_dir);
void page_desk_stop(void); /* behind all queries */

/* The picture, if it is kept, is the reply; else the query is handed on to the thread. ERR_NO_PAGES: it cannot be
 * drawn. */
MUST_CHECK enum err page_desk_ask(struct query *query, const struct page_key *key);

#endif
