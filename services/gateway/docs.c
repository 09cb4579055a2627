#include "services/gateway/docs.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include <string.h>

static const char HEAD[] =
    "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
    "content=\"width=device-width\"><title>Sổ tay "
    "API</title>"
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid "
    "#ccc;padding:.4rem;text-align:left;vertical-align:top}"
    "code{font-family:ui-monospace,monospace}</style>"
    "<h1>Sổ tay</h1><p>Toàn bộ hợp đồng, máy đọc được: <a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>"
    "<table><tr><th>Phương thức</th><th>Đường dẫn</th><th>Việc</th><th>Gửi → nhận</th></tr>";

static char *row_of(TALLOC_CTX *ctx, const struct route *route)
{
    return mem_printf(
        ctx,
        "<tr><td><code>%s</code><td><code>%s</code><td>%s<br><small lang=\"en\">%s</small><td><code>%s → %d %s</code>",
        route->method, route->path, route->summary_vi, route->summary_en,
        route->request ? route->request->short_name : "", route->status, route->reply ? route->reply->short_name : "");
}

/* Made anew each time: nobody reads it often. The table holds nothing that HTML would misread. */
void docs_get(struct call *call)
{
    char *page = mem_text(call, HEAD);
    const struct route_table *table = call->gateway->routes;
    for (size_t i = 0; i < table->n; i++)
        page = talloc_strdup_append(page, row_of(call, &table->rows[i]));
    page = talloc_strdup_append(page, "</table></html>");
    const struct http_field fields[] = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
        {"X-Content-Type-Options", "nosniff"},
    };
    http_reply(call->http, 200, fields, ARRAY_LENGTH(fields), page, strlen(page));
}
