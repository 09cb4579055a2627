/* How a kind of documents is called wherever people read of one: in citations and in notices. Pure. Any thread. */
#ifndef SOTAY_DIRECTORY_DOCUMENT_KIND_H
#define SOTAY_DIRECTORY_DOCUMENT_KIND_H

#include <stdint.h>

/* `kind`: Pb__DocumentKind, as a message or a row has it; of one that is not known here "Văn bản". */
const char *document_kind_word(int32_t kind);

#endif
