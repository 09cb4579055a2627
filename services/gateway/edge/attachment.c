#include "services/gateway/edge/attachment.h"

#include "common/base/mem.h"
#include <curl/curl.h>

/* The name travels as RFC 8187 says, because it is Vietnamese. */
size_t attachment_fields(TALLOC_CTX *ctx, const char *media_type, const char *name, struct http_field fields[])
{
    char *escaped = curl_easy_escape(NULL, name, 0);
    fields[0] = (struct http_field){"Content-Type", media_type};
    fields[1] = (struct http_field){"Content-Disposition",
                                    mem_printf(ctx, "attachment; filename*=UTF-8''%s", escaped ? escaped : "file")};
    fields[2] = (struct http_field){"X-Content-Type-Options", "nosniff"};
    fields[3] = (struct http_field){"Content-Security-Policy", "sandbox; default-src 'none'"};
    curl_free(escaped);
    return ATTACHMENT_FIELDS;
}
