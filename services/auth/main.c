/* auth: organisations, members, positions, accounts, devices, sessions. Only wires; README.md is the map. */
#include "common/base/array.h"
#include "common/service/service_files.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/activation_command.h"
#include "services/auth/account/link.h"
#include "services/auth/account/login.h"
#include "services/auth/account/second_factor.h"
#include "services/auth/audit/audit_command.h"
#include "services/auth/audit/audit_query.h"
#include "services/auth/bootstrap.h"
#include "services/auth/calendar/calendar_calls.h"
#include "services/auth/consent/consent_query.h"
#include "services/auth/demo/demo_token.h"
#include "services/auth/demo/seed.h"
#include "services/auth/device/device_query.h"
#include "services/auth/export/export_query.h"
#include "services/auth/file/file_store.h"
#include "services/auth/group/group_query.h"
#include "services/auth/history/history_query.h"
#include "services/auth/import/import_command.h"
#include "services/auth/import/import_query.h"
#include "services/auth/letter/activation_letters.h"
#include "services/auth/look/look.h"
#include "services/auth/loops.h"
#include "services/auth/member/member_query.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/process.h"
#include "services/auth/recovery/recovery_calls.h"
#include "services/auth/republish.h"
#include "services/auth/rules/rules_query.h"
#include "services/auth/session/session_query.h"
#include "services/auth/settings.h"
#include "services/auth/transfer/transfer_query.h"

static const struct query_table *const QUERIES[] = {
    &ACCOUNT_QUERIES,      &ACTIVATION_QUERIES, &LINK_QUERIES,         &SECOND_FACTOR_QUERIES, &SESSION_QUERIES,
    &DEVICE_QUERIES,       &MEMBER_QUERIES,     &ORGANIZATION_QUERIES, &LETTER_QUERIES,        &CONSENT_QUERIES,
    &LOOK_QUERIES,         &RECOVERY_QUERIES,   &HISTORY_QUERIES,      &TRANSFER_QUERIES,      &RULES_QUERIES,
    &EXPORT_QUERIES,       &GROUP_QUERIES,      &AUDIT_QUERIES,        &IMPORT_QUERIES,        &CALENDAR_QUERIES,
    &SERVICE_FILE_QUERIES,
};

static const struct service_command COMMANDS[] = {
    {"bootstrap", "--code C --name N --admin-card CARD --admin-name NAME [--admin-password-file FILE]",
     bootstrap_command},
    {"activation-code", "CARD [--new]", activation_command},
    {"audit-verify", "", audit_verify_command},
    {"import", "[--dry-run] organizations.csv members.csv", import_command},
#ifdef SOTAY_DEMO
    {"seed-demo", "--password P [--otp FILE]", seed_command},
    {"demo-token", "CARD…", demo_token_command},
#endif
};

int main(int argc, char **argv)
{
    const struct service_spec spec = {
        .name = "auth",
        .schemas = {{auth_migrations, auth_n_migrations}},
        .loops = AUTH_LOOPS,
        .n_loops = AUTH_N_LOOPS,
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .named_files = &FILE_STORE_NAMED,
        .keys = auth_keys,
        .n_keys = auth_n_keys,
        .commands = COMMANDS,
        .n_commands = ARRAY_LENGTH(COMMANDS),
        .start = process_start,
        .stop = process_stop,
        .republish = republish_all,
    };
    return service_main(&spec, argc, argv);
}
