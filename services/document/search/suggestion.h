/* What could have been meant by a question that finds nothing: the same with one word spelled otherwise (slip.h), as a
 * passage writes it that this reader may see. On a query's thread.
 *
 * Each word is tried in its turn by a search like any other, so a suggestion is what its reader would find. Which
 * spellings are tried is chosen among the words of what everybody may read, and how many statements it takes follows
 * from the question alone: neither says anything of what its reader may not see. A miss costs no more than a few
 * searches, and what is not answered in time is left out. */
#ifndef SOTAY_DOCUMENT_SEARCH_SUGGESTION_H
#define SOTAY_DOCUMENT_SEARCH_SUGGESTION_H

#include "services/document/search/search_store.h"
#include "services/document/search/slip.h"
#include "sotay/v1/passage.pb-c.h"

enum {
    SUGGESTION_MOST = 5,
    SUGGESTION_TRIED_MOST = 3,  /* the first words of a question that may be mistyped */
    SUGGESTION_FORMS_MOST = 16, /* of each of them: itself without accents, and the likeliest others */
};

struct suggestion_asked {
    struct slip_question question;
    const struct directory_scope *scope;
};
/* Sets the view's suggestions, and *is_private where a passage behind them is restricted, or some were left out. Owned
 * by ctx. */
enum err suggestion_find(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked, Pb__PassagesFound *view,
                         bool *is_private);

#endif
