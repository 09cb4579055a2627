#include "services/auth/import/import_file.h"

#include "common/base/mem.h"
#include <csv.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each line is parsed for itself, so that a stray quotation mark spoils its own line and not the rest of the file: no
 * field may hold the end of a line. */
enum { ROW_POOL_BYTES = 16384 };

struct import_file {
    FILE *stream;
    const char *kind;
    const struct roster_header *header;
    struct import_errors *errors;
    TALLOC_CTX *row; /* a pool, emptied for each row */
    struct csv_parser parser;
    char *line;
    size_t line_room;
    int64_t line_number, rows;
    const char *fields[IMPORT_FIELDS_LIMIT];
    size_t n_fields;
    bool unreadable; /* a field that is not UTF-8 or has control characters */
    size_t unreadable_field;
    char separator; /* as the header has it */
};

/* --- one line --- */

static void on_field(void *text, size_t n, void *arg)
{
    struct import_file *file = arg;
    size_t i = file->n_fields++;
    if (i >= IMPORT_FIELDS_LIMIT)
        return;
    file->fields[i] = roster_normalize(file->row, text ? text : "", n);
    if (!file->fields[i] && !file->unreadable) {
        file->unreadable = true;
        file->unreadable_field = i;
    }
}

static const char *field_name(const struct import_file *file, size_t i)
{
    return i < file->header->n ? file->header->fields[i] : "";
}

/* False: the line is no row; an error was added. */
static bool parse(struct import_file *file, const char *line, size_t n)
{
    talloc_free_children(file->row);
    file->n_fields = 0;
    file->unreadable = false;
    bool torn = csv_parse(&file->parser, line, n, on_field, NULL, file) != n;
    torn = csv_fini(&file->parser, on_field, NULL, file) != 0 || torn;
    enum err err = ERR_OK;
    size_t at = 0;
    if (torn)
        err = ERR_FIELD_FORMAT;
    else if (file->unreadable)
        err = ERR_FIELD_CHARACTERS, at = file->unreadable_field;
    else if (file->n_fields < file->header->n)
        err = ERR_FIELD_REQUIRED, at = file->n_fields;
    else if (file->n_fields > file->header->n)
        err = ERR_FIELD_TOO_MANY, at = file->header->n;
    if (err)
        import_errors_add(file->errors, file->kind, file->line_number, field_name(file, at), err);
    if (torn) { /* the parser's state is of no use after an error */
        csv_free(&file->parser);
        csv_init(&file->parser, CSV_STRICT | CSV_STRICT_FINI);
        csv_set_delim(&file->parser, (unsigned char)file->separator);
    }
    return !err;
}

/* A line without its end; NULL at the file's. */
static const char *read_line(struct import_file *file, size_t *ret_n)
{
    ssize_t n = getline(&file->line, &file->line_room, file->stream);
    if (n < 0)
        return NULL;
    file->line_number++;
    while (n > 0 && (file->line[n - 1] == '\n' || file->line[n - 1] == '\r'))
        n--;
    *ret_n = (size_t)n;
    return file->line;
}

const char *const *import_file_next(struct import_file *file, int64_t *ret_line)
{
    const char *line;
    size_t n;
    while ((line = read_line(file, &n))) {
        if (n == 0)
            continue;
        file->rows++;
        if (!parse(file, line, n))
            continue;
        *ret_line = file->line_number;
        return file->fields;
    }
    return NULL;
}

int64_t import_file_rows(const struct import_file *file)
{
    return file->rows;
}

int64_t import_file_line(const struct import_file *file)
{
    return file->line_number;
}

/* --- the file --- */

static int close_file(struct import_file *file)
{
    csv_free(&file->parser);
    free(file->line);
    (void)fclose(file->stream); /* read only */
    return 0;
}

/* Spreadsheets of a Vietnamese desktop write semicolons, others tabs; no name of a column holds one of the three. */
static void choose_separator(struct import_file *file, const char *header, size_t n)
{
    static const char SEPARATORS[] = {',', ';', '\t'};
    for (size_t i = 0; i < sizeof SEPARATORS; i++)
        if (memchr(header, SEPARATORS[i], n))
            file->separator = SEPARATORS[i];
    csv_set_delim(&file->parser, (unsigned char)file->separator);
}

static enum err read_header(struct import_file *file)
{
    size_t n = 0, errors_before = (size_t)file->errors->count;
    const char *line = read_line(file, &n);
    if (line && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3, n -= 3;
    if (line)
        choose_separator(file, line, n);
    if (!line || !parse(file, line, n)) {
        if ((size_t)file->errors->count == errors_before)
            import_errors_add(file->errors, file->kind, 1, field_name(file, 0), ERR_FIELD_REQUIRED);
        return ERR_INVALID;
    }
    for (size_t i = 0; i < file->header->n; i++) {
        if (strcmp(file->fields[i], file->header->fields[i]) == 0)
            continue;
        import_errors_add(file->errors, file->kind, 1, file->header->fields[i], ERR_FIELD_UNKNOWN);
        return ERR_INVALID;
    }
    return ERR_OK;
}

enum err import_file_open(TALLOC_CTX *ctx, const char *path, const char *kind, const struct roster_header *header,
                          struct import_errors *errors, struct import_file **ret_file)
{
    FILE *stream = fopen(path, "re");
    if (!stream)
        return ERR_NOT_FOUND;
    struct import_file *file = mem_new(ctx, struct import_file);
    *file = (struct import_file){.stream = stream, .kind = kind, .header = header, .errors = errors, .separator = ','};
    file->row = talloc_pool(file, ROW_POOL_BYTES);
    csv_init(&file->parser, CSV_STRICT | CSV_STRICT_FINI);
    talloc_set_destructor(file, close_file);
    *ret_file = file;
    return read_header(file);
}

enum err import_file_hash(const char *path, uint8_t ret_hash[32])
{
    FILE *stream = fopen(path, "re");
    if (!stream)
        return ERR_NOT_FOUND;
    crypto_hash_sha256_state state;
    static uint8_t block[65536];
    crypto_hash_sha256_init(&state);
    for (size_t n; (n = fread(block, 1, sizeof block, stream)) > 0;)
        crypto_hash_sha256_update(&state, block, n);
    crypto_hash_sha256_final(&state, ret_hash);
    enum err err = ferror(stream) ? ERR_NOT_FOUND : ERR_OK;
    (void)fclose(stream); /* read only */
    return err;
}
