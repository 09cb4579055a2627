#include "services/auth/audit/audit_set.h"

#include "common/base/mem.h"
#include "services/auth/audit/audit_store.h"

struct set {
    struct pg_args *added;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->added = audit_store_add(loop_ctx(batch));
    return set;
}

static void set_write(void *state, struct pg *pg)
{
    pg_queue(pg, ((struct set *)state)->added);
}

void audit_subject(const struct loop_message *message, Pb__AuditAction action, Pb__AuditSubject__Type type,
                   const struct uuid *subject, const struct uuid *organization)
{
    struct set *set = loop_state(message->batch, &AUDIT_PART);
    audit_store_add_row(set->added, &(struct audit){.at_us = message->now_us,
                                                    .actor = message->actor,
                                                    .action = action,
                                                    .subject_type = type,
                                                    .subject = *subject,
                                                    .organization = *organization,
                                                    .message = message->id});
}

void audit_member(const struct loop_message *message, Pb__AuditAction action, const struct uuid *member,
                  const struct uuid *organization)
{
    static const struct uuid HIS_BRANCH;
    audit_subject(message, action, PB__AUDIT_SUBJECT__TYPE__TYPE_MEMBER, member,
                  organization ? organization : &HIS_BRANCH);
}

void audit_organization(const struct loop_message *message, Pb__AuditAction action, const struct uuid *organization)
{
    audit_subject(message, action, PB__AUDIT_SUBJECT__TYPE__TYPE_ORGANIZATION, organization, organization);
}

const struct loop_part AUDIT_PART = {.name = "audit", .new = set_new, .write = set_write};
