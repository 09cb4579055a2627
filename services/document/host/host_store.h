/* Hosts: the organisations that documents are issued by or addressed to, as their answers show them. Queues on the
 * pipeline; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_HOST_STORE_H
#define SOTAY_DOCUMENT_HOST_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/rules.h"

struct host {
    struct directory_org org;        /* id, name, level and path */
    int64_t keepers;                 /* its heads and the officers over it: who sees its drafts */
    const Pb__DirectoryRules *rules; /* said by all on its path, where they were asked for; NULL: nothing was */
};

/* Organisations wanted by themselves, or by the documents that they issued or that address them first. */
struct host_wanted {
    const struct uuid *orgs, *documents;
    size_t n_orgs, n_documents;
    bool with_rules;
};
struct pg_result *host_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct host_wanted *wanted);
/* Into a map of struct host by the organisation's id. */
void host_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

#endif
