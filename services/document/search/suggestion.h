/* What could have been meant by a question that finds nothing: the same with one word spelled otherwise (slip.h), as a
 * passage writes it that this reader may see. On a query's thread.
 *
 * Each word is tried in its turn by a search like any other, so a suggestion is what its reader would find. All words
 * that there are, whoever reads them, only save searches: nothing is found by a spelling that nobody uses, nor while
 * another word of the question is used by nobody. */
#ifndef SOTAY_DOCUMENT_SEARCH_SUGGESTION_H
#define SOTAY_DOCUMENT_SEARCH_SUGGESTION_H

#include "services/document/search/search_store.h"
#include "services/document/search/slip.h"
#include "sotay/v1/passage.pb-c.h"

enum {
    SUGGESTION_MOST = 5,
    SUGGESTION_TRIED_MOST = 8, /* the first words of a question */
};

struct suggestion_asked {
    struct slip_question question;
    const struct directory_scope *scope;
    const struct search *search; /* how it was asked; its filters stay */
};
/* Sets the view's suggestions, and *is_private where a passage behind them is restricted. Owned by ctx. */
enum err suggestion_find(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked, Pb__PassagesFound *view,
                         bool *is_private);

#endif
