/* What this service knows of documents, from document.events: which ones an agenda may name, and their titles; and as
 * of when, so that a command that is read again is judged as it was. Pure. */
#ifndef SOTAY_MEETING_DOCUMENT_H
#define SOTAY_MEETING_DOCUMENT_H

#include "services/directory/audience.h"

/* As one version of it was. */
struct document {
    struct uuid id;
    int64_t begins_at_us; /* append time of the first record that told of it */
    Pb__DocumentState state;
    bool has_kind; /* false: restricted, or not told yet */
    Pb__DocumentKind kind;
    int64_t published_at_us;     /* 0: likewise */
    const char *title;           /* "": restricted; only its id travels */
    struct directory_org issuer; /* id and path; zero while the directory does not know it */
    Pb__Classification classification;
    struct uuid author; /* zero: not known */
    struct audience audience;
    const struct document *before; /* the version before it; NULL: none that anybody could still ask for */
};

/* The newest version that had begun by `at_us`, from the newest on; NULL: none, or one that was withdrawn. */
static inline const struct document *document_at(const struct document *newest, int64_t at_us)
{
    const struct document *document = newest;
    while (document && document->begins_at_us > at_us)
        document = document->before;
    return document && document->state != PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN ? document : NULL;
}

#endif
