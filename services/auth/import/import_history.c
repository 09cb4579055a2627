#include "services/auth/import/import_history.h"

#include "common/base/mem.h"
#include "services/auth/audit/audit_store.h"
#include "services/auth/import/import_texts.h"
#include "services/auth/membership/membership_changes.h"

/* --- memberships -------------------------------------------------------------------------------------------------- */

struct people {
    struct uuid_map *members, *organizations; /* struct membership, struct directory_org */
};

static struct membership_wanted wanted_of(TALLOC_CTX *ctx)
{
    return (struct membership_wanted){.members = uuid_map_new(ctx),
                                      .transfers = uuid_map_new(ctx),
                                      .led = uuid_map_new(ctx),
                                      .whole = uuid_map_new(ctx),
                                      .organizations = uuid_map_new(ctx)};
}

static void want_rows(struct uuid_map *members, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        uuid_map_name(members, &id);
    }
}

static enum err read_people(struct pg *pg, TALLOC_CTX *ctx, const struct membership_wanted *wanted,
                            struct people *ret_people)
{
    struct membership_rows rows;
    *ret_people = (struct people){wanted->members, wanted->organizations};
    if (uuid_map_size(wanted->members) == 0)
        return ERR_OK;
    membership_store_load(pg, ctx, wanted, &rows);
    enum err err = pg_flush(pg);
    if (!err)
        membership_store_loaded(ctx, &rows, wanted->members, wanted->organizations);
    return err;
}

enum err import_history_begin(struct pg *pg, struct import_chunk *chunk, struct import_history *ret_history)
{
    struct membership_wanted wanted = wanted_of(chunk->ctx);
    struct people people;
    import_chunk_store_changing_queue(pg, chunk);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    want_rows(wanted.members, chunk->changing);
    err = read_people(pg, chunk->ctx, &wanted, &people);
    ret_history->before = people.members;
    return err;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

struct telling {
    const struct import_chunk *chunk;
    struct people people;
    struct membership_writes *writes;
    struct pg_args *audit;
    struct uuid cause;         /* of this chunk: somebody may be changed by two */
    const struct uuid *member; /* of whom positions are told */
};

static const char *name_of(void *arg, const struct uuid *organization)
{
    const struct telling *telling = arg;
    const struct directory_org *org = uuid_map_get(telling->people.organizations, organization);
    return org ? org->name : NULL;
}

static Pb__HistoryAction action_of(const struct membership *is, const struct membership *next,
                                   const Pb__History *changes)
{
    if (!uuid_equal(&is->now.branch, &next->now.branch))
        return PB__HISTORY_ACTION__HISTORY_ACTION_TRANSFERRED;
    for (size_t i = 0; i < changes->n_changes; i++)
        if (strcmp(changes->changes[i]->field, "role") != 0)
            return PB__HISTORY_ACTION__HISTORY_ACTION_EDITED;
    return PB__HISTORY_ACTION__HISTORY_ACTION_POSITION;
}

static void tell_history(struct telling *telling, const struct membership *is, const struct membership *next)
{
    const struct import_job *job = telling->chunk->job;
    const Pb__History *changes = membership_changes(telling->chunk->ctx, is, next, name_of, telling);
    if (changes->n_changes == 0)
        return;
    const struct membership_history history = {.member = next->id,
                                               .message = telling->cause,
                                               .actor = job->actor,
                                               .at_us = job->begun_at_us,
                                               .action = action_of(is, next, changes),
                                               .changes = changes,
                                               .reason = TEXT_IMPORTED};
    membership_write_store_add_history(telling->writes, &history);
}

static void tell_position(void *arg, const struct membership_position *position, bool is_given)
{
    const struct telling *telling = arg;
    const struct import_job *job = telling->chunk->job;
    audit_store_add_row(telling->audit,
                        &(struct audit){.at_us = job->begun_at_us,
                                        .actor = job->actor,
                                        .action = is_given ? PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_GIVEN
                                                           : PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_ENDED,
                                        .subject_type = PB__AUDIT_SUBJECT__TYPE__TYPE_MEMBER,
                                        .subject = *telling->member,
                                        .organization = position->organization,
                                        .message = telling->cause});
}

static void tell(struct telling *telling, const struct membership *is, const struct membership *next)
{
    if (is)
        tell_history(telling, is, next);
    telling->member = &next->id;
    if (!uuid_is_zero(&telling->chunk->job->actor))
        membership_changes_positions(is, next, tell_position, telling);
}

enum err import_history_end_queue(struct pg *pg, const struct import_chunk *chunk, const struct import_history *history)
{
    struct membership_wanted wanted = wanted_of(chunk->ctx);
    struct telling telling = {.chunk = chunk,
                              .writes = membership_write_store_new(chunk->ctx),
                              .audit = audit_store_add(chunk->ctx),
                              .cause = uuid_derive(&chunk->job->id, "chunk", (uint32_t)chunk->after)};
    for (size_t i = 0; i < uuid_map_size(history->before); i++)
        uuid_map_name(wanted.members, &uuid_map_ids(history->before)[i]);
    want_rows(wanted.members, chunk->granted);
    enum err err = read_people(pg, chunk->ctx, &wanted, &telling.people);
    if (err)
        return err;
    for (size_t i = 0; i < uuid_map_size(wanted.members); i++) {
        const struct membership *next = uuid_map_value(wanted.members, i);
        if (next)
            tell(&telling, uuid_map_get(history->before, &next->id), next);
    }
    membership_write_store_queue(pg, telling.writes);
    pg_queue(pg, telling.audit);
    return ERR_OK;
}
