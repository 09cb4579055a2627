/* A method, a space and a path with what stands behind its '?': the row that they find, and what is decoded. */
#include "common/base/mem.h"
#include "services/gateway/routes.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_match(const struct route_match *match)
{
    fuzz_must(match->n_params <= ROUTE_PARAMS);
    for (size_t i = 0; match->route && i < match->n_params; i++)
        fuzz_must(match->params[i] != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct route_match match = {0};
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_path");
    char *method = mem_textn(ctx, (const char *)data, n), *path = strchr(method, ' ');
    if (path) {
        *path++ = '\0';
        route_find(ctx, &routes, method, path, &match);
        check_match(&match);
        for (int plus = 0; plus < 2; plus++) {
            const char *decoded = route_decode(ctx, path, strlen(path), plus);
            fuzz_must(!decoded || strlen(decoded) <= strlen(path));
        }
    }
    mem_free(ctx);
    return 0;
}
