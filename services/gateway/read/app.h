/* The web app under /app/: the files of its build (web/dist), read once at start and sent from memory; who starts the
 * gateway anew serves the next release. Made by parts.c before the first request, constant afterwards: any thread.
 *
 *      a file of the build       itself: assets for ever (their names hold a digest of what they are), the rest asked
 *                                for anew each time by its ETag
 *      a path without a dot      the app's first page: it knows its own addresses
 *      another path              nothing: a script that is gone must not become a page
 *      /                         the app */
#ifndef SOTAY_GATEWAY_APP_H
#define SOTAY_GATEWAY_APP_H

#include "common/base/err.h"
#include <stdbool.h>
#include <talloc.h>

struct app;
struct app_file;
struct call;

/* `ballot_origin`: "", or another origin to which the app may talk. Without files it is made too, and serves nothing.
 * ERR_CONFIG: the folder holds more than a build of ours ever does. */
MUST_CHECK enum err app_new(TALLOC_CTX *ctx, const char *dir, const char *ballot_origin, struct app **ret_app);

/* What is sent for a path ("/app/hop/1"); NULL: nothing. */
const struct app_file *app_find(const struct app *app, const char *path);
const char *app_file_path(const struct app_file *file); /* its own: "/app/index.html" */
bool app_file_is_packed(const struct app_file *file);   /* there is a smaller copy for who takes gzip */

/* Of route_table: replies, or returns false for a path that is not the app's. */
bool app_get(struct call *call);

#endif
