/* Pages that were not drawn for reasons that may have been the machine's: a slow moment, no memory. The third time in a
 * row it is the page's. A few of the last are known, longer ago is forgotten. Pure; one thread. */
#ifndef SOTAY_DOCUMENT_PAGE_TRIES_H
#define SOTAY_DOCUMENT_PAGE_TRIES_H

#include "services/document/page/page_files.h"

enum { PAGE_TRIES = 3, PAGE_TRIES_KNOWN = 32 };

struct page_tries {
    struct {
        struct page_key key;
        int n;
    } last[PAGE_TRIES_KNOWN]; /* n 0: none */
    size_t next;              /* is overwritten by the next page */
};

/* True: that was the last try. */
bool page_tries_fail(struct page_tries *tries, const struct page_key *key);
void page_tries_forget(struct page_tries *tries, const struct page_key *key);

#endif
