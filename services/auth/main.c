/* auth: organisations, members, positions, accounts, devices, sessions. Only wires; README.md is the map. */
#include "common/base/array.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/activation_command.h"
#include "services/auth/account/link.h"
#include "services/auth/account/login.h"
#include "services/auth/account/password.h"
#include "services/auth/account/second_factor.h"
#include "services/auth/audit/audit_command.h"
#include "services/auth/audit/audit_query.h"
#include "services/auth/bootstrap.h"
#include "services/auth/consent/consent_query.h"
#include "services/auth/demo/demo_token.h"
#include "services/auth/demo/seed.h"
#include "services/auth/device/device_query.h"
#include "services/auth/export/export_query.h"
#include "services/auth/group/group_query.h"
#include "services/auth/history/history_query.h"
#include "services/auth/import/import_command.h"
#include "services/auth/letter/activation_letters.h"
#include "services/auth/letter/letter.h"
#include "services/auth/look/look.h"
#include "services/auth/loops.h"
#include "services/auth/member/member_query.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/process.h"
#include "services/auth/recovery/recovery_calls.h"
#include "services/auth/republish.h"
#include "services/auth/rules/rules_query.h"
#include "services/auth/session/keys.h"
#include "services/auth/session/session_query.h"
#include "services/auth/transfer/transfer_query.h"

static const struct query_table *const QUERIES[] = {
    &ACCOUNT_QUERIES, &ACTIVATION_QUERIES, &LINK_QUERIES,         &SECOND_FACTOR_QUERIES, &SESSION_QUERIES,
    &DEVICE_QUERIES,  &MEMBER_QUERIES,     &ORGANIZATION_QUERIES, &LETTER_QUERIES,        &CONSENT_QUERIES,
    &LOOK_QUERIES,    &RECOVERY_QUERIES,   &HISTORY_QUERIES,      &TRANSFER_QUERIES,      &RULES_QUERIES,
    &EXPORT_QUERIES,  &GROUP_QUERIES,      &AUDIT_QUERIES,
};

static const struct config_key KEYS[] = {
    {.name = "token_private_key_file",
     .type = CONFIG_TEXT,
     .text = &keys_config.token_private_key_file,
     .text_default = "",
     .help = "PEM file with the EC key that signs access tokens"},
    {.name = "totp_key_file",
     .type = CONFIG_SECRET_FILE,
     .text = &keys_config.totp_key,
     .text_default = "",
     .help = "file with 32 bytes in hex: the master of all other keys"},
    {.name = "public_origin",
     .type = CONFIG_TEXT,
     .text = &letter_config.public_origin,
     .text_default = "http://127.0.0.1:8080",
     .help = "where people open the application: what letters lead to"},
    {.name = "support_phone",
     .type = CONFIG_TEXT,
     .text = &letter_config.support_phone,
     .text_default = "",
     .help = "whom letters tell to call; none: the branch's secretary"},
    {.name = "password_threads",
     .type = CONFIG_INT,
     .number = &password_config.threads,
     .number_default = 2,
     .min = 1,
     .max = 16,
     .unit = "threads",
     .help = "passwords hashed at once, 19 MiB each"},
    {.name = "password_queue",
     .type = CONFIG_INT,
     .number = &password_config.queue_limit,
     .number_default = 64,
     .min = 1,
     .max = 1024,
     .unit = "logins",
     .help = "more are answered 503"},
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
        .keys = KEYS,
        .n_keys = ARRAY_LENGTH(KEYS),
        .commands = COMMANDS,
        .n_commands = ARRAY_LENGTH(COMMANDS),
        .start = process_start,
        .stop = process_stop,
        .republish = republish_all,
    };
    return service_main(&spec, argc, argv);
}
