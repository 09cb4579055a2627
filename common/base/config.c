#include "common/base/config.h"
#include "common/base/mem.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where a value comes from, for messages. */
struct source {
    const char *path;
    int line;
};

/* Texts live as long as the process. */
static TALLOC_CTX *texts(void)
{
    static TALLOC_CTX *ctx;
    if (ctx == NULL)
        ctx = mem_context(NULL, "config");
    return ctx;
}

static enum err complain(const struct source *at, const char *key, const char *problem)
{
    fprintf(stderr, "%s:%d: %s: %s\n", at->path, at->line, key, problem);
    return ERR_CONFIG;
}

static enum err set_number(const struct config_key *key, const char *value, const struct source *at)
{
    char *end, problem[120];
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0')
        return complain(at, key->name, "is not a whole number");
    if (number < key->min || number > key->max) {
        snprintf(problem, sizeof(problem), "must be from %" PRId64 " to %" PRId64 " %s", key->min, key->max,
                 key->unit != NULL ? key->unit : "");
        return complain(at, key->name, problem);
    }
    *key->number = number;
    return ERR_OK;
}

static enum err set_flag(const struct config_key *key, const char *value, const struct source *at)
{
    bool on = strcmp(value, "true") == 0;
    if (!on && strcmp(value, "false") != 0)
        return complain(at, key->name, "must be true or false");
    *key->flag = on;
    return ERR_OK;
}

/* The first line of the file that `path` names; the value itself is never printed. */
static enum err set_secret(const struct config_key *key, const char *path, const struct source *at)
{
    if (*path == '\0') {
        *key->text = NULL;
        return ERR_OK;
    }
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return complain(at, key->name, "its file cannot be opened");
    char *line = NULL;
    size_t room = 0;
    ssize_t n = getline(&line, &room, file);
    fclose(file);
    if (n > 0)
        *key->text = mem_textn(texts(), line, strcspn(line, "\r\n"));
    if (line != NULL)
        explicit_bzero(line, room);
    free(line);
    return n > 0 && **key->text != '\0' ? ERR_OK : complain(at, key->name, "its file is empty");
}

static enum err set_value(const struct config_key *key, const char *value, const struct source *at)
{
    switch (key->type) {
    case CONFIG_TEXT: *key->text = mem_text(texts(), value); return ERR_OK;
    case CONFIG_INT: return set_number(key, value, at);
    case CONFIG_BOOL: return set_flag(key, value, at);
    case CONFIG_SECRET_FILE: return set_secret(key, value, at);
    }
    return ERR_INTERNAL;
}

static void set_default(const struct config_key *key)
{
    switch (key->type) {
    case CONFIG_TEXT: *key->text = key->text_default; return;
    case CONFIG_INT: *key->number = key->number_default; return;
    case CONFIG_BOOL: *key->flag = key->number_default != 0; return;
    case CONFIG_SECRET_FILE: *key->text = NULL; return;
    }
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

static size_t find_key(const struct config_key keys[], size_t n, const char *name)
{
    size_t i = 0;
    while (i < n && strcmp(keys[i].name, name) != 0)
        i++;
    return i;
}

static enum err read_line(char *line, const struct config_key keys[], size_t n, bool seen[], const struct source *at)
{
    char *name = trim(line);
    if (*name == '\0' || *name == '#')
        return ERR_OK;
    char *equals = strchr(name, '=');
    if (equals == NULL)
        return complain(at, name, "there is no '='");
    *equals = '\0';
    name = trim(name);
    size_t i = find_key(keys, n, name);
    if (i == n)
        return complain(at, name, "there is no such key");
    if (seen[i])
        return complain(at, name, "is set twice");
    seen[i] = true;
    return set_value(&keys[i], trim(equals + 1), at);
}

static enum err read_lines(FILE *file, const char *path, const struct config_key keys[], size_t n)
{
    struct source at = {.path = path};
    bool *seen = mem_array(NULL, bool, n);
    char *line = NULL;
    size_t room = 0;
    enum err err = ERR_OK;
    while (err == ERR_OK && getline(&line, &room, file) >= 0) {
        at.line++;
        err = read_line(line, keys, n, seen, &at);
    }
    free(line);
    mem_free(seen);
    return err;
}

enum err config_read(const char *path, const struct config_key keys[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        set_default(&keys[i]);
    if (path == NULL)
        return ERR_OK;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened: %m\n", path);
        return ERR_CONFIG;
    }
    enum err err = read_lines(file, path, keys, n);
    fclose(file);
    return err;
}

static void print_key(FILE *out, const struct config_key *key)
{
    static const char *const TYPES[] = {"text", "number", "true|false", "secret file"};
    fprintf(out, "  %-28s %s\n  %-28s %s", key->name, key->help, "", TYPES[key->type]);
    if (key->type == CONFIG_TEXT && key->text_default != NULL)
        fprintf(out, ", default %s", key->text_default);
    if (key->type == CONFIG_INT)
        fprintf(out, " from %" PRId64 " to %" PRId64 "%s%s, default %" PRId64, key->min, key->max,
                key->unit != NULL && *key->unit != '\0' ? " " : "", key->unit != NULL ? key->unit : "",
                key->number_default);
    if (key->type == CONFIG_BOOL)
        fprintf(out, ", default %s", key->number_default != 0 ? "true" : "false");
    fputc('\n', out);
}

void config_print_help(FILE *out, const char *service, const struct config_key keys[], size_t n)
{
    fprintf(out,
            "usage: %s [--config FILE] [COMMAND …]\n\n"
            "The file has lines `key = value`; `#` starts a comment line. Keys:\n\n",
            service);
    for (size_t i = 0; i < n; i++)
        print_key(out, &keys[i]);
}
