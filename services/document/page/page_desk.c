#include "services/document/page/page_desk.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/workers.h"
#include "services/document/extract/process.h"
#include "services/document/page/page_draw.h"
#include "services/document/page/page_tries.h"
#include <pthread.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

/* The clock's time is longer than that for computing: on a machine that has much to do a page is not at fault. */
enum { MEGABYTE = 1 << 20, ASK_AGAIN_S = 1, TRIMMED_EVERY = 16, CLOCK_TIMES = 3 };
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
    struct page_wish wish; /* the first's; not restricted, once somebody waits for it as for others */
    struct waiters waiters;
};
TAILQ_HEAD(sheets, sheet);

static struct {
    struct service *service;
    const char *blob_dir;
    char *program;
    struct workers *workers; /* one thread */
    pthread_mutex_t lock;
    struct sheets sheets; /* with n and n_waiters, under the lock */
    size_t n, n_waiters;
    int64_t untrimmed;       /* bytes; the thread's */
    struct page_tries tries; /* the thread's */
} desk = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static Pb__DocumentPage *fill(struct query *query, char *path, int64_t bytes)
{
    Pb__DocumentPage *page = mem_new(query->ctx, Pb__DocumentPage);
    pb__document_page__init(page);
    page->path = path;
    page->bytes = bytes;
    query->reply = &page->base;
    return page;
}

void page_desk_reply_absent(struct query *query)
{
    (void)fill(query, mem_text(query->ctx, ""), 0);
}

/* What became of a sheet. */
struct drawn {
    enum page_state state;
    int64_t bytes;
    ProtobufCBinaryData png; /* only of what is not kept */
};

/* `png` is borrowed until the query ends. */
static enum err fill_drawn(struct query *query, const struct page_key *key, const struct drawn *drawn)
{
    if (drawn->state == PAGE_UNDRAWABLE)
        return ERR_NO_PAGES;
    if (drawn->state == PAGE_ABSENT) {
        page_desk_reply_absent(query);
        return ERR_OK;
    }
    Pb__DocumentPage *page = fill(query, page_files_path(query->ctx, key), drawn->bytes);
    page->has_png = drawn->png.len > 0;
    page->png = drawn->png;
    return ERR_OK;
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
        bool is_overdue = waiter->until_us < now_us;
        desk.n_waiters -= is_overdue;
        if (is_overdue)
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

static void make_room(int64_t bytes_most)
{
    page_files_trim(desk.blob_dir, bytes_most);
    desk.untrimmed = 0;
}

static void count_kept(int64_t bytes)
{
    desk.untrimmed += (bytes / PAGE_BLOCK_BYTES + 1) * PAGE_BLOCK_BYTES;
    if (desk.untrimmed >= page_config.store_mb * MEGABYTE / TRIMMED_EVERY)
        make_room(page_config.store_mb * MEGABYTE);
}

/* Pictures can be drawn again: where little is free they go, so that others can write. What is not kept is sent. */
static enum err keep_picture(const struct page_key *key, ProtobufCBinaryData png)
{
    if (!page_files_have_room(desk.blob_dir)) {
        make_room(0);
        return ERR_DISK_FULL;
    }
    enum err err = page_files_keep(desk.blob_dir, key, png.data, png.len);
    count_kept((int64_t)png.len);
    return err;
}

/* What the file itself is at fault for is kept too, so that it is not tried for each who asks. A lock is one of all
 * pages. */
static void keep_word(const struct page_key *key, enum extract_end how, struct drawn *drawn)
{
    struct page_key where = *key;
    drawn->state = how == EXTRACT_NO_PAGE ? PAGE_ABSENT : PAGE_UNDRAWABLE;
    if (how == EXTRACT_LOCKED)
        where.page = 0;
    enum err err = how == EXTRACT_NO_PAGE ? page_files_keep_absent(desk.blob_dir, key)
                                          : page_files_keep(desk.blob_dir, &where, NULL, 0);
    if (err)
        log_warn("page_word", "err=%s", err_word(err)); /* then the next who asks lets it be tried */
    count_kept(0);
    if (drawn->state == PAGE_UNDRAWABLE)
        log_info("page_not_drawn", "how=%s page=%d", extract_end_word(how), (int)key->page);
}

/* Nobody can say whether the file is at fault, or this moment. */
static enum err fail(const struct page_key *key, struct drawn *drawn)
{
    bool is_last = page_tries_fail(&desk.tries, key);
    log_warn("page_died", "page=%d is_last=%d", (int)key->page, (int)is_last);
    if (!is_last)
        return ERR_OVERLOADED;
    keep_word(key, EXTRACT_BROKEN, drawn);
    return ERR_OK;
}

static enum err call_drawer(TALLOC_CTX *ctx, const struct page_key *key, enum extract_end *ret_how,
                            ProtobufCBinaryData *ret_png)
{
    const struct page_drawer drawer = {.program = desk.program,
                                       .blob_dir = desk.blob_dir,
                                       .memory_bytes = page_config.memory_mb * MEGABYTE,
                                       .cpu_seconds = page_config.seconds,
                                       .seconds = CLOCK_TIMES * page_config.seconds,
                                       .stops = stops};
    return page_draw(ctx, &drawer, key, ret_how, ret_png);
}

static enum err draw(TALLOC_CTX *ctx, const struct page_key *key, struct drawn *drawn)
{
    enum extract_end how = EXTRACT_BROKEN;
    enum err err = call_drawer(ctx, key, &how, &drawn->png);
    if (err == ERR_OVERLOADED)
        return fail(key, drawn);
    if (err && err != ERR_MALFORMED)
        return err == ERR_RETRY ? ERR_UNAVAILABLE : err;
    page_tries_forget(&desk.tries, key);
    if (err || how != EXTRACT_DONE || drawn->png.len == 0)
        keep_word(key, err || how == EXTRACT_DONE ? EXTRACT_BROKEN : how, drawn);
    else
        *drawn = (struct drawn){PAGE_DRAWN, (int64_t)drawn->png.len, drawn->png};
    return ERR_OK;
}

static bool is_restricted(const struct sheet *sheet)
{
    pthread_mutex_lock(&desk.lock);
    bool is = sheet->wish.is_restricted;
    pthread_mutex_unlock(&desk.lock);
    return is;
}

/* Nobody joins it any more. */
static void take_out(struct sheet *sheet)
{
    struct waiter *waiter;
    pthread_mutex_lock(&desk.lock);
    TAILQ_REMOVE(&desk.sheets, sheet, entry);
    desk.n--;
    STAILQ_FOREACH(waiter, &sheet->waiters, entry)
    desk.n_waiters--;
    pthread_mutex_unlock(&desk.lock);
}

static void run(void *state, void *arg)
{
    (void)state;
    struct sheet *sheet = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "sheet");
    struct drawn drawn = {.state = PAGE_NEW};
    enum err err = draw(ctx, &sheet->wish.key, &drawn);
    bool may_keep = !err && drawn.state == PAGE_DRAWN && !is_restricted(sheet);
    if (may_keep && keep_picture(&sheet->wish.key, drawn.png) == ERR_OK)
        drawn.png.len = 0; /* it is read from there */
    take_out(sheet);
    for (struct waiter *waiter; (waiter = STAILQ_FIRST(&sheet->waiters)) != NULL;) {
        STAILQ_REMOVE_HEAD(&sheet->waiters, entry);
        end(waiter, err ? err : fill_drawn(waiter->query, &sheet->wish.key, &drawn));
    }
    mem_free(ctx);
    mem_free(sheet);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static struct sheet *find(const struct page_key *key)
{
    struct sheet *sheet;
    TAILQ_FOREACH(sheet, &desk.sheets, entry)
    if (page_key_equal(&sheet->wish.key, key))
        return sheet;
    return NULL;
}

static bool has_enough(const struct uuid *branch)
{
    const struct sheet *sheet;
    int n = 0;
    TAILQ_FOREACH(sheet, &desk.sheets, entry)
    n += uuid_equal(&sheet->wish.branch, branch);
    return n >= PAGE_DESK_OF_ONE;
}

/* Under the lock. NULL: there are too many already. */
static struct sheet *add(const struct page_wish *wish)
{
    if (desk.n == PAGE_DESK_MOST || has_enough(&wish->branch))
        return NULL;
    struct sheet *sheet = mem_new(NULL, struct sheet);
    sheet->wish = *wish;
    STAILQ_INIT(&sheet->waiters);
    if (workers_run(desk.workers, run, sheet)) {
        mem_free(sheet);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&desk.sheets, sheet, entry); /* the thread takes it out under this lock */
    desk.n++;
    return sheet;
}

/* Under the lock. NULL: too many wait already. */
static struct sheet *share(struct sheet *sheet, const struct page_wish *wish)
{
    if (desk.n_waiters >= PAGE_DESK_MOST)
        return NULL;
    sheet->wish.is_restricted = sheet->wish.is_restricted && wish->is_restricted;
    return sheet;
}

/* ERR_NOT_FOUND: it is to be drawn. */
static enum err take_kept(struct query *query, const struct page_wish *wish)
{
    struct drawn kept = {.state = PAGE_NEW};
    kept.state = page_files_find(desk.blob_dir, &wish->key, &kept.bytes);
    return kept.state == PAGE_NEW ? ERR_NOT_FOUND : fill_drawn(query, &wish->key, &kept);
}

/* Under the lock. ERR_NOT_FOUND: it waits now; others are the answer, as it was drawn a moment ago. */
static enum err join(struct waiter *waiter, const struct page_wish *wish)
{
    struct sheet *sheet = find(&wish->key);
    enum err err = sheet ? ERR_NOT_FOUND : take_kept(waiter->query, wish);
    if (err != ERR_NOT_FOUND)
        return err;
    sheet = sheet ? share(sheet, wish) : add(wish);
    if (!sheet)
        return ERR_OVERLOADED;
    STAILQ_INSERT_TAIL(&sheet->waiters, waiter, entry);
    desk.n_waiters++;
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

/* Another file, or page, has another name, and what he has was drawn once. */
static bool has_it(struct query *query, const struct page_wish *wish)
{
    const char *name = page_files_path(query->ctx, &wish->key) + sizeof PAGE_FOLDER;
    return wish->known && strstr(wish->known, mem_printf(query->ctx, "\"%s\"", name));
}

enum err page_desk_ask(struct query *query, const struct page_wish *wish)
{
    if (has_it(query, wish)) {
        (void)fill(query, page_files_path(query->ctx, &wish->key), 0);
        return ERR_OK;
    }
    enum err err = take_kept(query, wish);
    if (err != ERR_NOT_FOUND)
        return err;
    query->hand_on = take_on;
    query->hand_on_arg = mem_copy(query->ctx, wish, sizeof *wish);
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
