#include "services/auth/audit/audit_call.h"

#include "services/auth/audit/audit_store.h"

void audit_call_queue(struct query *query, Pb__AuditAction action, const struct uuid *organization,
                      const struct uuid members[], size_t n)
{
    struct pg_args *added = audit_store_add(query->ctx);
    struct audit audit = {.at_us = query->now_us,
                          .actor = uuid_or_zero(query->scope->member_id),
                          .action = action,
                          .subject_type = PB__AUDIT_SUBJECT__TYPE__TYPE_MEMBER,
                          .organization = *organization,
                          .message = uuid_random_at(query->now_us)};
    for (size_t i = 0; i < n; i++) {
        audit.subject = members[i];
        audit_store_add_row(added, &audit);
    }
    pg_queue(query->pg, added);
}
