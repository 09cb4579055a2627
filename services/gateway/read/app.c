#include "services/gateway/read/app.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/read/cache_entry.h"
#include "services/gateway/read/gzip.h"
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#define ROOT "/app/"
#define ASSETS ROOT "assets/"
#define BYTES_MOST (64 << 20) /* of all files; a build has about two */
#define GZIP_LEVEL 9          /* once, at start */
#define POLICY                                                                                            \
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; "  \
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; img-src 'self' blob:; " \
    "media-src 'self' blob:; require-trusted-types-for 'script'; trusted-types sotay-sw; connect-src 'self'%s%s"

struct app_file {
    const char *path;
    char etag[64];
    struct http_shared *plain, *gzip, *unchanged;
    UT_hash_handle hh;
};

struct app {
    struct app_file *files; /* by path */
    const struct app_file *index;
    struct http_shared *moved;
    const char *policy;
    size_t bytes;
};

static const struct type {
    const char *suffix, *media_type;
    bool is_text; /* worth packing */
} TYPES[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".json", "application/json", true},
    {".png", "image/png", false},
    {".woff2", "font/woff2", false},
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const struct type *type_of(const char *path)
{
    const char *suffix = strrchr(path, '.');
    for (size_t i = 0; suffix && i < ARRAY_LENGTH(TYPES); i++)
        if (strcmp(TYPES[i].suffix, suffix) == 0)
            return &TYPES[i];
    return NULL;
}

/* --- files --- */

static int app_done(struct app *app)
{
    struct app_file *file, *next;
    HASH_ITER (hh, app->files, file, next) {
        HASH_DEL(app->files, file);
        http_shared_unref(file->plain);
        http_shared_unref(file->unchanged);
        if (file->gzip)
            http_shared_unref(file->gzip);
    }
    http_shared_unref(app->moved);
    return 0;
}

static void make_responses(const struct app *app, struct app_file *file, const struct type *type, const void *body,
                           size_t bytes)
{
    const char *lifetime = begins(file->path, ASSETS) ? "public, max-age=31536000, immutable" : "no-cache";
    struct http_field fields[10] = {
        {"ETag", file->etag},
        {"Cache-Control", lifetime},
        {"Vary", "Accept-Encoding"},
        {"Content-Security-Policy", app->policy},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Content-Type", type->media_type},
        {"Content-Encoding", "gzip"},
    };
    size_t n_packed = 0;
    file->unchanged = http_shared_new(304, fields, 7, NULL, 0);
    file->plain = http_shared_new(200, fields, 8, body, bytes);
    uint8_t *packed = type->is_text ? gzip_pack(NULL, body, bytes, GZIP_LEVEL, &n_packed) : NULL;
    if (packed && n_packed < bytes)
        file->gzip = http_shared_new(200, fields, 9, packed, n_packed);
    mem_free(packed);
}

static void add_file(struct app *app, const char *name, const struct type *type, const void *body, size_t bytes)
{
    struct app_file *file = mem_new(app, struct app_file);
    file->path = mem_printf(file, ROOT "%s", name);
    cache_entry_etag(0, body, bytes, file->etag);
    make_responses(app, file, type, body, bytes);
    HASH_ADD_KEYPTR(hh, app->files, file->path, strlen(file->path), file);
}

static enum err read_whole(const char *path, uint8_t *body, size_t bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, body, bytes) : -1;
    if (fd >= 0)
        close(fd);
    return n >= 0 && (size_t)n == bytes ? ERR_OK : ERR_CONFIG;
}

static enum err read_file(struct app *app, const char *path, const char *name, size_t bytes)
{
    const struct type *type = type_of(name);
    if (!type)
        return ERR_OK; /* notes of the build */
    app->bytes += bytes;
    if (app->bytes > BYTES_MOST)
        return ERR_CONFIG;
    uint8_t *body = mem_array(NULL, uint8_t, bytes + 1);
    enum err err = read_whole(path, body, bytes);
    if (!err)
        add_file(app, name, type, body, bytes);
    mem_free(body);
    return err;
}

/* "web/dist" of "web/dist/": a file's name is what its path has more. */
static char *without_slash(TALLOC_CTX *ctx, const char *dir)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    return mem_printf(ctx, "%.*s", (int)n, dir);
}

/* A link is not followed: what is served lies in the folder itself. */
static enum err read_folder(struct app *app, const char *dir)
{
    char *root = without_slash(app, dir), *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    enum err err = ERR_OK;
    for (FTSENT *entry; tree && !err && (entry = fts_read(tree));)
        if (entry->fts_info == FTS_F)
            err = read_file(app, entry->fts_path, entry->fts_path + strlen(root) + 1,
                            (size_t)entry->fts_statp->st_size);
    if (tree)
        fts_close(tree);
    mem_free(root);
    return err;
}

static const struct app_file *file_at(const struct app *app, const char *path)
{
    struct app_file *file;
    HASH_FIND_STR(app->files, path, file);
    return file;
}

enum err app_new(TALLOC_CTX *ctx, const char *dir, const char *ballot_origin, struct app **ret_app)
{
    static const struct http_field TO_APP[] = {
        {"Location", ROOT}, {"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}};
    struct app *app = mem_new(ctx, struct app);
    app->policy = mem_printf(app, POLICY, *ballot_origin ? " " : "", ballot_origin);
    app->moved = http_shared_new(302, TO_APP, ARRAY_LENGTH(TO_APP), NULL, 0);
    talloc_set_destructor(app, app_done);
    enum err err = *dir ? read_folder(app, dir) : ERR_OK;
    app->index = file_at(app, ROOT "index.html");
    if (err)
        log_error("app_unreadable", "app_dir=%s", dir);
    else
        log_info("app", "files=%u bytes=%zu%s", HASH_COUNT(app->files), app->bytes, app->index ? "" : " served=no");
    *ret_app = app;
    return err;
}

/* --- requests --- */

const struct app_file *app_find(const struct app *app, const char *path)
{
    if (!app->index || !begins(path, ROOT))
        return NULL;
    const struct app_file *file = file_at(app, path);
    return file || strchr(strrchr(path, '/'), '.') ? file : app->index;
}

const char *app_file_path(const struct app_file *file)
{
    return file->path;
}

bool app_file_is_packed(const struct app_file *file)
{
    return file->gzip;
}

static struct http_shared *choose_response(const struct call *call, const struct app_file *file)
{
    if (call->if_none_match && strstr(call->if_none_match, file->etag))
        return file->unchanged;
    return file->gzip && call->accepts_gzip ? file->gzip : file->plain;
}

/* A part of an app that is not there is everybody's to ask for, as the app is: it counts as that, not as nonsense. */
bool app_get(struct call *call)
{
    const struct app *app = call->gateway->app;
    const char *path = http_path(call->http), *method = http_method(call->http);
    bool is_door = strcmp(path, "/") == 0 || strcmp(path, "/app") == 0;
    if (!app->index || !(is_door || begins(path, ROOT)))
        return false;
    const struct app_file *file = app_find(app, path);
    enum err err = limits_address(call->gateway->limits, call->peer, LIMITS_APP);
    if (err)
        problem_reply(call, err);
    else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        problem_method(call, "GET, HEAD");
    else if (is_door)
        http_reply_shared(call->http, app->moved);
    else if (file)
        http_reply_shared(call->http, choose_response(call, file));
    else
        problem_reply(call, ERR_NOT_FOUND);
    return true;
}
