#include "services/document/page/page_desk.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/workers.h"
#include "services/document/extract/process.h"
#include "services/document/page/page_draw.h"
#include <pthread.h>
#include <sys/queue.h>
#include <unistd.h>

enum { MEGABYTE = 1 << 20, ASK_AGAIN_S = 1, TRIMMED_EVERY = 16 };
#define PROGRAM "sotay-draw"

struct page_config page_config;

struct waiter { /* a child of its query */
    STAILQ_ENTRY(waiter) entry;
    struct query *query;
    int64_t until_us;
};
STAILQ_HEAD(waiters, waiter);

struct sheet { /* a page that is to be drawn */
    TAILQ_ENTRY(sheet) entry;
    struct page_key key;
    struct waiters waiters;
};
TAILQ_HEAD(sheets, sheet);

static struct {
    struct service *service;
    const char *blob_dir;
    char *program;
    struct workers *workers; /* one thread */
    pthread_mutex_t lock;
    struct sheets sheets; /* with n, under the lock */
    size_t n;
    int64_t untrimmed; /* bytes; the thread's */
} desk = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void fill(struct query *query, const struct page_key *key, int64_t bytes)
{
    Pb__DocumentPage *page = mem_new(query->ctx, Pb__DocumentPage);
    pb__document_page__init(page);
    page->path = page_files_path(query->ctx, key);
    page->bytes = bytes;
    query->reply = &page->base;
}

static void end(struct waiter *waiter, enum err err)
{
    struct query *query = waiter->query;
    bool may_ask_again = err == ERR_OVERLOADED || err == ERR_UNAVAILABLE;
    query->retry_after_s = may_ask_again ? ASK_AGAIN_S : 0;
    query_end(query, err);
}

/* Takes those out that have waited long enough. */
static void take_overdue(struct sheet *sheet, int64_t now_us, struct waiters *overdue)
{
    struct waiters stay = STAILQ_HEAD_INITIALIZER(stay);
    for (struct waiter *waiter; (waiter = STAILQ_FIRST(&sheet->waiters)) != NULL;) {
        STAILQ_REMOVE_HEAD(&sheet->waiters, entry);
        if (waiter->until_us < now_us)
            STAILQ_INSERT_TAIL(overdue, waiter, entry);
        else
            STAILQ_INSERT_TAIL(&stay, waiter, entry);
    }
    STAILQ_CONCAT(&sheet->waiters, &stay);
}

static void tell_overdue(int64_t now_us)
{
    struct waiters overdue = STAILQ_HEAD_INITIALIZER(overdue);
    struct sheet *sheet;
    pthread_mutex_lock(&desk.lock);
    TAILQ_FOREACH(sheet, &desk.sheets, entry)
    take_overdue(sheet, now_us, &overdue);
    pthread_mutex_unlock(&desk.lock);
    for (struct waiter *waiter; (waiter = STAILQ_FIRST(&overdue)) != NULL;) {
        STAILQ_REMOVE_HEAD(&overdue, entry);
        end(waiter, ERR_OVERLOADED);
    }
}

/* --- drawing ------------------------------------------------------------------------------------------------------ */

/* Asked between two looks at the program. */
static bool stops(void *arg)
{
    (void)arg;
    tell_overdue(clock_monotonic_us());
    return service_stopping(desk.service);
}

static enum err keep(const struct page_key *key, ProtobufCBinaryData png)
{
    enum err err = page_files_keep(desk.blob_dir, key, png.data, png.len);
    desk.untrimmed += (int64_t)png.len;
    if (desk.untrimmed >= page_config.store_mb * MEGABYTE / TRIMMED_EVERY) {
        page_files_trim(desk.blob_dir, page_config.store_mb * MEGABYTE);
        desk.untrimmed = 0;
    }
    return err;
}

/* What the file itself is at fault for is kept too, so that it is not tried for each who asks. */
static enum err draw(TALLOC_CTX *ctx, const struct page_key *key, int64_t *ret_bytes)
{
    const struct page_drawer drawer = {.program = desk.program,
                                       .blob_dir = desk.blob_dir,
                                       .memory_bytes = page_config.memory_mb * MEGABYTE,
                                       .seconds = page_config.seconds,
                                       .stops = stops};
    ProtobufCBinaryData png = {0, NULL};
    enum extract_end how = EXTRACT_BROKEN;
    enum err err = page_draw(ctx, &drawer, key, &how, &png);
    if (err && err != ERR_MALFORMED)
        return err == ERR_RETRY ? ERR_UNAVAILABLE : err;
    if (how == EXTRACT_NO_PAGE)
        return ERR_NOT_FOUND;
    if (err || how != EXTRACT_DONE)
        png.len = 0;
    if (png.len == 0)
        log_info("page_not_drawn", "how=%s page=%d", err ? err_word(err) : extract_end_word(how), (int)key->page);
    *ret_bytes = (int64_t)png.len;
    err = keep(key, png);
    return !err && png.len == 0 ? ERR_NO_PAGES : err;
}

static void run(void *state, void *arg)
{
    (void)state;
    struct sheet *sheet = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "sheet");
    int64_t bytes = 0;
    enum err err = draw(ctx, &sheet->key, &bytes);
    pthread_mutex_lock(&desk.lock);
    TAILQ_REMOVE(&desk.sheets, sheet, entry);
    desk.n--;
    pthread_mutex_unlock(&desk.lock); /* nobody joins it any more */
    for (struct waiter *waiter; (waiter = STAILQ_FIRST(&sheet->waiters)) != NULL;) {
        STAILQ_REMOVE_HEAD(&sheet->waiters, entry);
        if (!err)
            fill(waiter->query, &sheet->key, bytes);
        end(waiter, err);
    }
    mem_free(ctx);
    mem_free(sheet);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static struct sheet *find(const struct page_key *key)
{
    struct sheet *sheet;
    TAILQ_FOREACH(sheet, &desk.sheets, entry)
    if (page_key_equal(&sheet->key, key))
        return sheet;
    return NULL;
}

/* Under the lock. NULL: there are too many already. */
static struct sheet *add(const struct page_key *key)
{
    struct sheet *sheet = mem_new(NULL, struct sheet);
    sheet->key = *key;
    STAILQ_INIT(&sheet->waiters);
    if (desk.n == PAGE_DESK_MOST || workers_run(desk.workers, run, sheet)) {
        mem_free(sheet);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&desk.sheets, sheet, entry); /* the thread takes it out under this lock */
    desk.n++;
    return sheet;
}

/* ERR_NOT_FOUND: nobody has drawn it. */
static enum err take_kept(struct query *query, const struct page_key *key)
{
    int64_t bytes;
    enum err err = page_files_find(desk.blob_dir, key, &bytes);
    if (err)
        return err;
    if (bytes == 0)
        return ERR_NO_PAGES;
    fill(query, key, bytes);
    return ERR_OK;
}

/* Under the lock. ERR_NOT_FOUND: it waits now; others are the answer, as it was drawn a moment ago. */
static enum err join(struct waiter *waiter, const struct page_key *key)
{
    struct sheet *sheet = find(key);
    enum err err = sheet ? ERR_NOT_FOUND : take_kept(waiter->query, key);
    if (err != ERR_NOT_FOUND)
        return err;
    if (!sheet)
        sheet = add(key);
    if (!sheet)
        return ERR_OVERLOADED;
    STAILQ_INSERT_TAIL(&sheet->waiters, waiter, entry);
    return ERR_NOT_FOUND;
}

static void take_on(struct query *query, void *arg)
{
    struct waiter *waiter = mem_new(query->ctx, struct waiter);
    *waiter = (struct waiter){.query = query, .until_us = clock_monotonic_us() + page_config.seconds * CLOCK_SECOND_US};
    pthread_mutex_lock(&desk.lock);
    enum err err = join(waiter, arg);
    pthread_mutex_unlock(&desk.lock);
    if (err != ERR_NOT_FOUND)
        end(waiter, err);
}

enum err page_desk_ask(struct query *query, const struct page_key *key)
{
    enum err err = take_kept(query, key);
    if (err != ERR_NOT_FOUND)
        return err;
    query->hand_on = take_on;
    query->hand_on_arg = mem_copy(query->ctx, key, sizeof *key);
    return ERR_OK;
}

/* --- start and stop ----------------------------------------------------------------------------------------------- */

enum err page_desk_start(struct service *service, const char *blob_dir)
{
    desk.service = service;
    desk.blob_dir = blob_dir;
    desk.untrimmed = page_config.store_mb * MEGABYTE; /* whoever was here before may have left too many */
    desk.program = process_program(NULL, page_config.program, PROGRAM);
    TAILQ_INIT(&desk.sheets);
    if (access(desk.program, X_OK) != 0) {
        log_error("page_program", "path=%s detail=\"%m\"", desk.program);
        return ERR_CONFIG;
    }
    return workers_start(NULL, "pages", 1, PAGE_DESK_MOST, NULL, NULL, NULL, &desk.workers);
}

void page_desk_stop(void)
{
    workers_stop(desk.workers);
    mem_free(desk.program);
    desk.program = NULL;
}
