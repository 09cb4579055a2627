/* What this service knows of documents, from document.events: which ones an agenda may name, and their titles. */
#ifndef SOTAY_MEETING_DOCUMENT_H
#define SOTAY_MEETING_DOCUMENT_H

#include "services/directory/audience.h"

struct document {
    struct uuid id;
    const char *title;           /* "": restricted; only its id travels */
    struct directory_org issuer; /* id and path; zero while the directory does not know it */
    Pb__Classification classification;
    struct uuid author; /* zero: not known */
    struct audience audience;
};

#endif
