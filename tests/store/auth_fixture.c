/* auth against PostgreSQL: each case begins with a root and its administrator, whose card number is 00. */
#include "parts_fixture.h"

#include "common/loop/migrations.h"
#include "services/auth/bootstrap.h"
#include "services/auth/member/member.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization.h"

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, auth);
}

void fixture_reset(struct pg *pg)
{
    const struct bootstrap b = {.root = organization_id_of("R"),
                                .admin = member_id_of("00"),
                                .code = "R",
                                .name = "Thành phố",
                                .admin_card = "00",
                                .admin_name = "Quản Trị",
                                .now_us = 1};
    must(pg, "TRUNCATE timer, party_group, organization, organization_rules, organization_count, member, member_past,"
             " member_position, member_history, transfer, account, recovery_code, session, refresh_token, device,"
             " activation_code, link_code, consent, look, recovery, own_export,"
             " login_throttle, outbox_loose, marked_key, restoration CASCADE");
    must(pg, "SET session_replication_role = replica"); /* no trigger keeps the audit */
    must(pg, "TRUNCATE audit");
    must(pg, "SET session_replication_role = origin");
    bootstrap_queue(pg, pg, &b);
    must_flush(pg);
}
