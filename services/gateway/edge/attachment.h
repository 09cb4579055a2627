/* Header fields of a body that is a file: an attachment that no browser runs. Pure. */
#ifndef SOTAY_GATEWAY_ATTACHMENT_H
#define SOTAY_GATEWAY_ATTACHMENT_H

#include "common/http/http_server.h"

enum { ATTACHMENT_FIELDS = 4 };

/* Fills the first ATTACHMENT_FIELDS of `fields` and returns how many these are. Owned by ctx. */
size_t attachment_fields(TALLOC_CTX *ctx, const char *media_type, const char *name, struct http_field fields[]);

#endif
