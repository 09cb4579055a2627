#include "services/document/page/page_tries.h"

static size_t find(const struct page_tries *tries, const struct page_key *key)
{
    size_t i = 0;
    while (i < PAGE_TRIES_KNOWN && (tries->last[i].n == 0 || !page_key_equal(&tries->last[i].key, key)))
        i++;
    return i;
}

bool page_tries_fail(struct page_tries *tries, const struct page_key *key)
{
    size_t at = find(tries, key);
    if (at == PAGE_TRIES_KNOWN) {
        at = tries->next;
        tries->next = (at + 1) % PAGE_TRIES_KNOWN;
        tries->last[at].key = *key;
        tries->last[at].n = 0;
    }
    bool is_last = ++tries->last[at].n == PAGE_TRIES;
    if (is_last)
        tries->last[at].n = 0;
    return is_last;
}

void page_tries_forget(struct page_tries *tries, const struct page_key *key)
{
    size_t at = find(tries, key);
    if (at < PAGE_TRIES_KNOWN)
        tries->last[at].n = 0;
}
