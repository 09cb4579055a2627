#include "services/auth/audit/audit_command.h"

#include "common/base/mem.h"
#include "common/service/service.h"
#include "services/auth/audit/audit_store.h"
#include "services/auth/publish/command_failure.h"
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_ROWS = 1000 };

static void look_at(const struct audit_link links[], size_t n, struct audit_verdict *verdict)
{
    for (size_t i = 0; i < n && !verdict->broken; i++) {
        verdict->broken = audit_break(verdict->rows > 0 ? &verdict->last : NULL, &links[i]);
        verdict->broken_number = links[i].number;
        if (verdict->broken)
            return;
        verdict->last = links[i];
        verdict->rows++;
    }
}

enum err audit_verify(struct pg *pg, struct audit_verdict *ret_verdict)
{
    size_t n = PAGE_ROWS;
    enum err err = ERR_OK;
    *ret_verdict = (struct audit_verdict){.rows = 0};
    while (!err && n == PAGE_ROWS && !ret_verdict->broken) {
        TALLOC_CTX *page = mem_context(NULL, "audit");
        struct audit_link *links;
        err = audit_store_next(pg, page, ret_verdict->last.number, PAGE_ROWS, &links, &n);
        if (!err)
            look_at(links, n, ret_verdict);
        mem_free(page);
    }
    return err;
}

static void print(const struct audit_verdict *verdict)
{
    (void)printf("%lld rows, last hash ", (long long)verdict->rows);
    for (size_t i = 0; i < AUDIT_HASH_BYTES; i++)
        (void)printf("%02x", verdict->last.hash[i]);
    if (verdict->broken)
        (void)printf("\nbroken at row %lld: %s\n", (long long)verdict->broken_number, verdict->broken);
    else
        (void)printf("\nunbroken\n");
}

int audit_verify_command(struct service *service, int argc, char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "audit-verify");
    struct pg *pg = service_pg(service, ctx);
    struct audit_verdict verdict = {.rows = 0};
    (void)argv;
    enum err err = argc == 1 ? audit_verify(pg, &verdict) : ERR_FIELD_UNKNOWN;
    if (!err)
        print(&verdict);
    int status = err ? command_failure("audit-verify", err, pg) : verdict.broken ? EXIT_FAILURE : EXIT_SUCCESS;
    mem_free(ctx);
    return status;
}
