/* Letters on pages of A4. Any thread. */
#ifndef SOTAY_AUTH_LETTER_PDF_H
#define SOTAY_AUTH_LETTER_PDF_H

#include "common/base/err.h"
#include "services/auth/letter/letter.h"
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/* `per_page`: 1, of twice the size, or 4, with lines to cut along. Owned by ctx. Takes about 3 ms a page.
 * ERR_INTERNAL: it cannot be drawn. */
MUST_CHECK enum err letter_pdf(TALLOC_CTX *ctx, const struct letter letters[], size_t n, unsigned per_page,
                               ProtobufCBinaryData *ret_pdf);

#endif
