/* Where one is in a text: which headings are open, what may come next, and how the place is addressed and cited. Pure.
 * Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PLACE_H
#define SOTAY_DOCUMENT_PASSAGE_PLACE_H

#include "services/document/passage/heading.h"
#include <talloc.h>

struct place {
    const char *slug, *name; /* of the annex or attachment: "phu-luc-1", "Phụ lục 1"; NULL: the document itself */
    bool has_articles;       /* then numbers are theirs, and other headings are in capitals */
    bool is_open[HEADING_KINDS];
    struct heading open[HEADING_KINDS];
    struct heading last[HEADING_KINDS]; /* of the kind, wherever it was; numbers all 0: none yet */
    int times[HEADING_KINDS];           /* the open ones' numbers were there, with this one */
};

enum place_verdict { PLACE_NO, PLACE_NEXT, PLACE_DOUBTFUL };
/* Whether the heading comes next here. */
enum place_verdict place_judge(const struct place *place, const struct heading *heading);
void place_open(struct place *place, const struct heading *heading);

/* Of the narrowest heading that is open; of none, the text's own: "mo-dau". Owned by ctx. */
char *place_address(TALLOC_CTX *ctx, const struct place *place);
char *place_label(TALLOC_CTX *ctx, const struct place *place);

#endif
