/* Lists as files: who may have one of what, how its list is asked for page by page, and in whose name. Pure: no I/O, no
 * clock.
 *
 * An export asks the services that own what it shows, as its member would: through the same queries, in his scope of
 * that moment. So a file holds exactly what the lists would have shown him, and there is no second rule of what that
 * is.
 *
 *   POST /v1/exports ─▶ export_commands.c: a row of export_job
 *   export_worker.c takes it ─▶ export_run.c: may he? ─▶ export_source.c: a page ─▶ export_rows.c: its cells
 *        ─▶ export_file.c: into the file ─▶ export_store.c: cursor and rows, in one commit ─▶ the next page …
 *   GET …/content ─▶ export_query.c: where its file is; the gateway serves it */
#ifndef SOTAY_ANALYTICS_EXPORT_H
#define SOTAY_ANALYTICS_EXPORT_H

#include "common/base/err.h"
#include "services/directory/directory.h"
#include "sotay/v1/export.pb-c.h"

/* What was asked for. */
struct export
{
    struct uuid id, member, organization;
    Pb__TableKind kind;
    Pb__TableFormat format;
    const Pb__TableFilter *filter; /* NULL: everything */
    int64_t created_at_us;
};

/* ACCESS.md, export: the secretary of the organisation itself, officers over it. */
bool export_may(unsigned standing);
/* As directory_standing, and nothing for whoever is suspended. `person` NULL: nobody. */
unsigned export_standing(const struct directory_person *person, const struct directory_org *org, int64_t at_us);

/* *ret_field is the field at fault, "/filter/status". ERR_NOT_ALLOWED: he may not ask the list for that (no field). */
enum err export_check(Pb__TableKind kind, const Pb__TableFilter *filter, unsigned standing, const char **ret_field);
/* The filter as it is kept: what is absent and depends on the time stands there. NULL: none. Owned by ctx. */
Pb__TableFilter *export_settle(TALLOC_CTX *ctx, Pb__TableKind kind, const Pb__TableFilter *filter, int64_t now_us);

/* Whom the list is asked of ("auth"), the question for the page behind `cursor` (empty: the first), and what it is
 * answered with. Owned by ctx; ids are borrowed from the export. */
struct export_question {
    const char *service;
    const ProtobufCMessage *message;
    const ProtobufCMessageDescriptor *answer;
};
struct export_question export_ask(TALLOC_CTX *ctx, const struct export *export, ProtobufCBinaryData cursor);
/* What the person sees at that time, as the gateway would say it. Owned by ctx; ids are borrowed from his record. */
Pb__Scope *export_scope(TALLOC_CTX *ctx, const struct directory_person *person, int64_t at_us);
/* Of an answer; empty: there is no other page. */
ProtobufCBinaryData export_next(Pb__TableKind kind, const ProtobufCMessage *answer);

/* As the file is saved: "Danh sách đảng viên - Chi bộ 10B.csv". Owned by ctx. */
char *export_file_name(TALLOC_CTX *ctx, const struct export *export, const char *organization);
const char *export_media_type(Pb__TableFormat format);

#endif
