/* A number of a document, as people type it: "05-NQ/ĐU", "05 nq đu", "NQ 05", "nghị quyết số 5". Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_NUMBER_NUMBER_H
#define SOTAY_DOCUMENT_NUMBER_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct number_asked {
    const char *words;   /* from its first figure on: a number has them all; NULL: the question is none */
    const char *initial; /* of the kind that was named: "nq"; NULL: none was */
    bool has_kind;       /* documents of this kind need not say so in their number */
    int32_t kind;
};

/* What is no number asks for none: "Điều 4", "12", "kế hoạch năm 2026". `question` must outlive what is read. */
struct number_asked number_read(TALLOC_CTX *ctx, const char *question);

#endif
