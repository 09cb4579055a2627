/* What a batch adds to the audit: a part without handlers, the last of the list, since one transaction at a
 * time adds to the chain. On the loop's thread. */
#ifndef SOTAY_AUTH_AUDIT_SET_H
#define SOTAY_AUTH_AUDIT_SET_H

#include "common/loop/loop.h"
#include "services/auth/audit/audit.h"

extern const struct loop_part AUDIT_PART;

/* The message's actor did it, at its time. Handlers say it of what they keep. `organization` NULL: the branch in which
 * the member lives. */
void audit_member(const struct loop_message *message, Pb__AuditAction action, const struct uuid *member,
                  const struct uuid *organization);
/* Of an import that was asked for, where its importer administers `organization`. */
void audit_organization(const struct loop_message *message, Pb__AuditAction action, const struct uuid *organization);
void audit_subject(const struct loop_message *message, Pb__AuditAction action, Pb__AuditSubject__Type type,
                   const struct uuid *subject, const struct uuid *organization);

#endif
