/* All SQL of auth. Functions named …_queue only queue on the connection's pipeline: the caller flushes, and ends the
 * transaction where there is one. The others make their round trip. Results are owned by `ctx`. One thread for each
 * connection.
 *
 *   store_roster.c   organisations, members, positions: records for directory.*, bootstrap
 *   store_tree.c     organisations as the import writes them
 *   store_read.c     answers of queries, with the visibility of ACCESS.md in the SQL
 *   store_access.c   accounts, logins, refresh tokens
 *   store_device.c   sessions and devices, as the commands loop and lists need them
 *   store_import.c   the import job and its chunks
 *   store_demo.c     what seed-demo does to everybody at once */
#ifndef SOTAY_AUTH_STORE_H
#define SOTAY_AUTH_STORE_H

#include "common/base/uuid.h"
#include "common/pg/pg.h"
#include "services/auth/auth.h"
#include "services/auth/token.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/directory.pb-c.h"
#include <stdbool.h>

/* --- records for directory.* -------------------------------------------------------------------------------------- */

/* Packed records, in no particular order, of the ids that exist. */
struct store_record {
    struct uuid id;
    ProtobufCBinaryData packed;
};
struct store_records {
    struct store_record *items;
    size_t n;
};

/* Makes round trips of its own, inside the caller's transaction if there is one. */
MUST_CHECK enum err store_member_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                         struct store_records *ret_records);
MUST_CHECK enum err store_organization_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                               struct store_records *ret_records);

struct store_ids {
    struct uuid *items;
    size_t n;
};
/* A statement whose rows are (id). */
MUST_CHECK enum err store_run_ids(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct store_ids *ret_ids);
/* Ids in order, after `after` (zero: from the first), at most `limit`. */
MUST_CHECK enum err store_member_ids(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                     struct store_ids *ret_ids);
MUST_CHECK enum err store_organization_ids(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                           struct store_ids *ret_ids);

/* Whoever tells of the roster does so alone, so that a record's newest version is the last on its topic. Called before
 * each page of what is told: the connection holds it, and one that was lost and made again asks again from page to
 * page. ERR_OWNER_LOST: another tells. Let go at the end, or by closing the connection (after a failure). */
MUST_CHECK enum err store_telling_begin(struct pg *pg, TALLOC_CTX *ctx);
void store_telling_end(struct pg *pg, TALLOC_CTX *ctx);

/* --- bootstrap ---------------------------------------------------------------------------------------------------- */

/* The root's code, or NULL: there is none yet. */
MUST_CHECK enum err store_root_code(struct pg *pg, TALLOC_CTX *ctx, char **ret_code);
struct store_bootstrap {
    struct uuid root, admin;
    const char *code, *name, *admin_card, *admin_name;
    int64_t now_us;
};
/* Rows that are there already stay as they are. */
void store_bootstrap_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_bootstrap *bootstrap);
/* Sets or replaces the password of a member. */
void store_password_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const char *hash, int64_t now_us);

/* --- organisations of an import ----------------------------------------------------------------------------------- */

struct store_tree_row {
    struct uuid id, parent_id;
    const char *code, *name;
    Pb__Level level;
    int32_t meeting_day;
    bool is_root;
};
struct store_tree {
    struct store_tree_row *items;
    size_t n;
};
MUST_CHECK enum err store_tree_load(struct pg *pg, TALLOC_CTX *ctx, struct store_tree *ret_tree);
/* Adds or updates, finds every path anew. *ret_changed after the flush: see store_tree_changed. */
void store_tree_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_tree_row rows[], size_t n, int64_t now_us);
MUST_CHECK enum err store_tree_changed(struct pg *pg, TALLOC_CTX *ctx, int64_t changed_at_us,
                                       struct store_ids *ret_ids);

/* --- the import job ----------------------------------------------------------------------------------------------- */

struct store_job {
    struct uuid id, holder;
    int64_t created_at_us, finished_at_us; /* 0: under way */
    bool staged, organizations_done, organizations_told;
    int64_t rows, last_line, applied, announced, created, updated, unchanged, rejected;
};
/* The lease runs by the wall clock; `now_us` is the time of what the job changes. Takes the lease, making the job if it
 * is new; a finished one begins anew. ERR_OWNER_LOST: another holder has it still. */
MUST_CHECK enum err store_job_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct uuid *holder,
                                   int64_t now_us, int64_t lease_us, struct store_job *ret_job);
/* Writes the job's state and renews the lease, in the caller's transaction. Zero rows in the result: the lease was
 * lost. */
struct pg_result *store_job_save_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_job *job,
                                       int64_t leased_until_us);
MUST_CHECK enum err store_stage_clear(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
/* Of a finished job: the rows staged. */
MUST_CHECK enum err store_stage_empty(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
/* Of a preview: everything. */
MUST_CHECK enum err store_job_forget(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
MUST_CHECK enum err store_stage_is_whole(struct pg *pg, TALLOC_CTX *ctx, const struct store_job *job, bool *ret_whole);
extern const char STORE_STAGE_COPY[]; /* columns of import_member in order, for pg_copy_in */
struct store_import_error {
    const char *file, *field;
    int64_t line;
    enum err code;
};
void store_import_errors_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job,
                               const struct store_import_error errors[], size_t n);

/* One chunk, lines (after, to]: members, their closed intervals, positions. */
struct store_chunk {
    struct pg_result *created, *updated, *touched;
};
void store_chunk_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_job *job, int64_t after, int64_t to,
                       struct store_chunk *ret_chunk);
/* After the flush: who changed, and how many were created and updated. */
void store_chunk_read(TALLOC_CTX *ctx, const struct store_chunk *chunk, struct store_ids *ret_ids, int64_t *ret_created,
                      int64_t *ret_updated);
/* Who changed by this job in those lines: what a restart has to announce again. */
MUST_CHECK enum err store_chunk_changed(struct pg *pg, TALLOC_CTX *ctx, const struct store_job *job, int64_t after,
                                        int64_t to, struct store_ids *ret_ids);
/* What a dry run answers. */
MUST_CHECK enum err store_stage_compare(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, int64_t *ret_created,
                                        int64_t *ret_updated);

/* --- answers ------------------------------------------------------------------------------------------------------ */

/* NULL: no such member. */
MUST_CHECK enum err store_read_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, Pb__Member **ret_member);
/* NULL: not for this scope. *ret_org may be NULL; else it gets what standing needs. */
MUST_CHECK enum err store_read_organization(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                            const struct uuid *id, Pb__Organization **ret_organization,
                                            struct directory_org *ret_org);
struct store_page {
    const char *q, *after_name;
    struct uuid after_id;
    bool has_after;
    int limit;
};
struct store_child {
    Pb__Organization *item;
    const char *search_name;
};
/* Children that the scope sees, in order of name; up to limit + 1 of them. */
MUST_CHECK enum err store_read_children(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                        const struct uuid *parent, const struct store_page *page,
                                        struct store_child **ret_children, size_t *ret_n);
struct store_member_filter {
    struct uuid organization;
    bool subtree;        /* else: members directly in it */
    bool private_fields; /* status, exemption, phone, activation are shown */
    bool has_status, has_exempt, has_activated, exempt, activated;
    Pb__MemberStatus status;
};
struct store_member_row {
    Pb__MemberItem *item;
    const char *search_name;
};
MUST_CHECK enum err store_read_members(struct pg *pg, TALLOC_CTX *ctx, const struct store_member_filter *filter,
                                       const struct store_page *page, struct store_member_row **ret_rows,
                                       size_t *ret_n);
MUST_CHECK enum err store_read_sessions(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                        int64_t idle_before_us, Pb__LoginSessionList *ret_list);
MUST_CHECK enum err store_read_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                       Pb__DeviceList *ret_list);

/* --- signing in --------------------------------------------------------------------------------------------------- */

struct store_attempts {
    int attempts[THROTTLE_COUNT];
    int64_t last_at_us[THROTTLE_COUNT];
};
/* Locks the three counters inside the caller's transaction, which it opens. */
MUST_CHECK enum err store_throttle_begin(struct pg *pg, TALLOC_CTX *ctx,
                                         const uint8_t subjects[THROTTLE_COUNT][TOKEN_HASH_BYTES],
                                         struct store_attempts *ret_attempts);
/* Writes the counters and commits. */
MUST_CHECK enum err store_throttle_end(struct pg *pg, TALLOC_CTX *ctx,
                                       const uint8_t subjects[THROTTLE_COUNT][TOKEN_HASH_BYTES],
                                       const struct store_attempts *attempts);
/* After a success: this attempt counts nowhere. */
void store_throttle_clear_queue(struct pg *pg, TALLOC_CTX *ctx,
                                const uint8_t subjects[THROTTLE_COUNT][TOKEN_HASH_BYTES]);

struct store_account {
    bool found; /* a member who may sign in */
    struct uuid member;
    char *password_hash;             /* NULL: no account */
    ProtobufCBinaryData totp_secret; /* empty: no second factor */
    bool activated;
    uint32_t generation;
    bool known_device; /* this device had a session of this member before */
};
MUST_CHECK enum err store_account_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, const char *device_id,
                                       struct store_account *ret_account);
/* Uses up a recovery code; false: there is no such unused code. In a transaction of its own. */
MUST_CHECK enum err store_recovery_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                       const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, bool *ret_used);
void store_activate_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us);
struct store_session {
    struct uuid id, member;
    const char *device_id; /* or NULL */
    int64_t now_us;
    bool has_totp_step;
    int64_t totp_step;
};
/* Constraint session_totp_step: this step has opened a session on this device before. */
void store_session_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_session *session);
void store_refresh_token_queue(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                               const struct uuid *session, int64_t now_us);

struct store_refresh {
    bool found;
    struct uuid session, member;
    bool session_ended, used, successor_used;
    int64_t last_used_at_us;
    ProtobufCBinaryData key_hash;
    uint32_t generation;
    bool member_left;
};
/* Opens a transaction and locks the token's session. */
MUST_CHECK enum err store_refresh_begin(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                        struct store_refresh *ret_refresh);
struct store_successor {
    const uint8_t *used_hash, *key_hash, *successor_hash;
    struct uuid session;
    int64_t now_us;
};
void store_successor_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_successor *successor);
void store_session_touch_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us);
void store_session_end_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us);

/* --- sessions and devices of the commands loop -------------------------------------------------------------------- */

struct pg_result *store_load_sessions_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n);
struct pg_result *store_load_devices_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n_members,
                                           const char *const token_hashes_hex[], size_t n_hashes);
struct store_loaded_session {
    struct uuid id, member;
    bool ended;
};
struct store_loaded_session store_loaded_session(const struct pg_result *result, size_t row);
struct store_device {
    struct uuid member;
    const char *device_id, *token, *app_version; /* app_version may be NULL */
    uint8_t token_hash[32];
    int provider;
    int64_t created_at_us, registered_at_us, last_used_at_us; /* last used 0: never */
};
struct store_device store_loaded_device(TALLOC_CTX *ctx, const struct pg_result *result, size_t row);
struct pg_args *store_end_sessions(TALLOC_CTX *ctx);
void store_end_sessions_add(struct pg_args *args, const struct uuid *id, int64_t now_us);
struct pg_args *store_remove_devices(TALLOC_CTX *ctx);
void store_remove_devices_add(struct pg_args *args, const struct store_device *device);
struct pg_args *store_put_devices(TALLOC_CTX *ctx);
void store_put_devices_add(struct pg_args *args, const struct store_device *device);
/* Devices of members after `after` in order of (member, device); for republishing. */
MUST_CHECK enum err store_devices_after(struct pg *pg, TALLOC_CTX *ctx, const struct store_device *after, int limit,
                                        struct store_device **ret_devices, size_t *ret_n);

/* --- demo --------------------------------------------------------------------------------------------------------- */

/* Gives an account to those of the members that have none. Ids of new accounts, and of those among them whose phone the
 * roster knows. */
MUST_CHECK enum err store_demo_accounts(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n,
                                        const char *hash, int64_t now_us, struct store_ids *ret_new,
                                        struct store_ids *ret_with_phone);
MUST_CHECK enum err store_demo_totp(struct pg *pg, TALLOC_CTX *ctx, const char *card_number,
                                    ProtobufCBinaryData sealed);
MUST_CHECK enum err store_member_by_card(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, bool *ret_found,
                                         struct uuid *ret_id);

#endif
