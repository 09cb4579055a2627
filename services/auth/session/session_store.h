/* SQL of sessions and their refresh tokens. Tables: session, refresh_token (002_access.sql); a session that is used
 * also moves last_used_at_us of its device. Functions named …_queue only queue on the connection's pipeline: the caller
 * flushes. The others make their round trip. Results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_SESSION_STORE_H
#define SOTAY_AUTH_SESSION_STORE_H

#include "common/loop/loop_store_restored.h"
#include "common/pg/pg.h"
#include "services/auth/publish/ids.h"
#include "services/auth/session/token.h"
#include "sotay/v1/auth.pb-c.h"

/* --- opening and using ------------------------------------------------------------------------------------------- */

struct new_session {
    struct uuid id, member;
    const char *device_id; /* or NULL */
    int64_t now_us;
    bool has_totp_step;
    int64_t totp_step;
};
/* Constraint session_totp_step: this step has opened a session on this device before. */
void session_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct new_session *session);
void session_store_add_token_queue(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                   const struct uuid *session, int64_t now_us);
void session_store_touch_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us);

struct presented_token {
    bool found; /* its family */
    struct uuid session, member;
    bool session_ended, known, used, successor_used; /* known: the token itself; the two after it are false without */
    int64_t last_used_at_us;
    int64_t newest_number;          /* of the family */
    struct restoration restoration; /* the database's newest mark */
    int64_t restoration_taken;      /* the number of the one under which the family was last taken */
    ProtobufCBinaryData key_hash;   /* of the pair that used it */
    uint32_t generation;
    bool member_left;
};
/* Opens a transaction, which the caller ends, and locks the token's session in it: that of its claims, which are zero
 * for a token that is not signed. */
MUST_CHECK enum err session_store_refresh_begin(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                                const struct refresh_claims *claims, struct presented_token *ret_token);
struct successor {
    const uint8_t *used_hash, *key_hash, *successor_hash;
    struct uuid session;
    int64_t number, restoration; /* the successor's; the newest mark */
    int64_t now_us;
};
/* Keeps the used token, known or not, and its successor; forgets tokens of the family that were used REFRESH_KEPT_US
 * ago. */
void session_store_successor_queue(struct pg *pg, TALLOC_CTX *ctx, const struct successor *successor);

/* The session of a token, as session_store_refresh_begin finds it; locks nothing. */
MUST_CHECK enum err session_store_find_family(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                              const struct refresh_claims *claims, bool *ret_found,
                                              struct uuid *ret_session);

/* --- ending ------------------------------------------------------------------------------------------------------ */

struct loaded_session {
    struct uuid id, member;
    bool ended;
};
/* Locks those that exist. */
struct pg_result *session_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n);
/* Locks the live ones of these members; session_store_loaded reads which. */
struct pg_result *session_store_lock_live_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n);
/* After the flush. */
struct loaded_session session_store_loaded(const struct pg_result *result, size_t row);
/* The sessions themselves, and all of these members but the one that is kept. */
struct session_ending {
    const struct uuid *sessions, *members;
    size_t n_sessions, n_members;
    const struct uuid *kept; /* or NULL */
    int64_t now_us;
};
/* Ends those that live; session_store_loaded reads which. */
struct pg_result *session_store_end_queue(struct pg *pg, TALLOC_CTX *ctx, const struct session_ending *ending);
/* At most `limit` live sessions that were last used at `idle_before_us` or earlier, locked in the caller's transaction;
 * without those that somebody uses at this moment. */
MUST_CHECK enum err session_store_lapsed(struct pg *pg, TALLOC_CTX *ctx, int64_t idle_before_us, int limit,
                                         struct ids *ret_ids);
/* A statement that takes many sessions: one `_add` for each, then pg_queue. */
struct pg_args *session_store_end(TALLOC_CTX *ctx);
void session_store_end_add(struct pg_args *args, const struct uuid *id, int64_t now_us);

/* --- one's own list ---------------------------------------------------------------------------------------------- */

/* The 100 used last, without those that ended or were last used before `idle_before_us`. */
MUST_CHECK enum err session_store_of_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                            int64_t idle_before_us, Pb__LoginSessionList *ret_list);

#endif
