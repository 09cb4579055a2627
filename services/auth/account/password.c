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

/* One password under way: on the asker's stack, who waits until `done`. */
struct job {
    const char *hash; /* to compare with; NULL: to be made */
    const char *password;
    char *made;
    bool matches, done;
    enum err err;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void work(void *state, void *arg)
{
    struct job *job = arg;
    (void)state;
    enum err err = job->hash ? ERR_OK : password_hash(job->password, job->made);
    bool matches = job->hash && crypto_pwhash_argon2id_str_verify(job->hash, job->password, strlen(job->password)) == 0;
    pthread_mutex_lock(&job->lock);
    job->err = err;
    job->matches = matches;
    job->done = true;
    pthread_cond_signal(&job->changed);
    pthread_mutex_unlock(&job->lock);
}

static enum err run(struct job *job)
{
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->changed, NULL);
    enum err err = workers_run(pool, work, job);
    if (err)
        return err;
    pthread_mutex_lock(&job->lock);
    while (!job->done)
        pthread_cond_wait(&job->changed, &job->lock);
    pthread_mutex_unlock(&job->lock);
    return job->err;
}

enum err password_verify(const char *hash, const char *password, bool *ret_matches)
{
    struct job job = {.hash = hash ? hash : nobody, .password = password};
    enum err err = run(&job);
    if (!err)
        *ret_matches = job.matches && hash;
    return err;
}

enum err password_make(const char *password, char ret_hash[PASSWORD_HASH_BYTES])
{
    struct job job = {.password = password, .made = ret_hash};
    return run(&job);
}
