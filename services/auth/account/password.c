#include "services/auth/account/password.h"

#include "common/base/workers.h"
#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define PASSWORD_OPS 2
#define PASSWORD_MEMORY_BYTES ((size_t)19 * 1024 * 1024)

static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_argon2id_STRBYTES, "libsodium's string form");

enum err password_hash(const char *password, char ret_hash[PASSWORD_HASH_BYTES])
{
    int failed = crypto_pwhash_argon2id_str(ret_hash, password, strlen(password), PASSWORD_OPS, PASSWORD_MEMORY_BYTES);
    return failed ? ERR_OVERLOADED : ERR_OK; /* only memory can be missing */
}

struct password_config password_config;

static struct workers *pool;
/* What the password of an unknown card is compared with, so that it takes as long as that of a known one. Made once, of
 * a random password. */
static char nobody[PASSWORD_HASH_BYTES];

enum err password_pool_start(void)
{
    char random[33];
    uint8_t bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(random, sizeof random, bytes, sizeof bytes);
    enum err err = password_hash(random, nobody);
    return err ? err
               : workers_start(NULL, "password", (unsigned)password_config.threads,
                               (unsigned)password_config.queue_limit, NULL, NULL, NULL, &pool);
}

void password_pool_stop(void)
{
    workers_stop(pool);
}

/* One verification under way: on the asker's stack, who waits until `done`. */
struct verification {
    const char *hash, *password;
    bool matches, done;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void verify(void *state, void *arg)
{
    struct verification *v = arg;
    (void)state;
    bool matches = crypto_pwhash_argon2id_str_verify(v->hash, v->password, strlen(v->password)) == 0;
    pthread_mutex_lock(&v->lock);
    v->matches = matches;
    v->done = true;
    pthread_cond_signal(&v->changed);
    pthread_mutex_unlock(&v->lock);
}

enum err password_verify(const char *hash, const char *password, bool *ret_matches)
{
    struct verification v = {.hash = hash ? hash : nobody,
                             .password = password,
                             .lock = PTHREAD_MUTEX_INITIALIZER,
                             .changed = PTHREAD_COND_INITIALIZER};
    enum err err = workers_run(pool, verify, &v);
    if (err)
        return err;
    pthread_mutex_lock(&v.lock);
    while (!v.done)
        pthread_cond_wait(&v.changed, &v.lock);
    pthread_mutex_unlock(&v.lock);
    *ret_matches = v.matches && hash;
    return ERR_OK;
}
