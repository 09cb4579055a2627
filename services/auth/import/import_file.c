#include "services/auth/import/import_file.h"

#include "common/base/mem.h"
#include <csv.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Each line is parsed for itself, so that a stray quotation mark spoils its own line and not the rest of the file: no
 * field may hold the end of a line. */
enum { ROW_POOL_BYTES = 65536, LINE_BYTES = 16384 };

struct import_file {
    FILE *stream;
    const char *kind;
    const struct roster_header *header;
    struct import_errors *errors;
    TALLOC_CTX *row; /* a pool, emptied for each row */
    struct csv_parser parser;
    char line[LINE_BYTES]; /* the end of a longer one is passed over */
    bool is_too_long, reads_header;
    int64_t line_number, rows;
    const char *fields[IMPORT_FIELDS_LIMIT];
    size_t n_fields, n_columns; /* of this line; of the header */
    bool unreadable;            /* a field that is not UTF-8 or has control characters */
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

static void add_error(struct import_file *file, size_t field, enum err code)
{
    import_errors_add(file->errors, &(struct import_error){.file = file->kind,
                                                           .line = file->line_number,
                                                           .field = field_name(file, field),
                                                           .code = code});
}

/* False: the line is no row; an error was added. */
static bool parse(struct import_file *file, const char *line, size_t n)
{
    talloc_free_children(file->row);
    file->n_fields = 0;
    file->unreadable = false;
    if (file->is_too_long) {
        add_error(file, 0, ERR_FIELD_TOO_LONG);
        return false;
    }
    bool torn = csv_parse(&file->parser, line, n, on_field, NULL, file) != n;
    torn = csv_fini(&file->parser, on_field, NULL, file) != 0 || torn;
    enum err err = ERR_OK;
    size_t at = 0;
    if (torn)
        err = ERR_FIELD_FORMAT;
    else if (file->unreadable)
        err = ERR_FIELD_CHARACTERS, at = file->unreadable_field;
    else if (file->reads_header)
        err = ERR_OK;
    else if (file->n_fields < file->n_columns)
        err = ERR_FIELD_REQUIRED, at = file->n_fields;
    else if (file->n_fields > file->n_columns)
        err = ERR_FIELD_TOO_MANY, at = file->header->n;
    if (err)
        add_error(file, at, err);
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
    size_t n = 0;
    int c = getc_unlocked(file->stream);
    if (c == EOF)
        return NULL;
    file->is_too_long = false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(file->stream)) {
        file->is_too_long = n == LINE_BYTES;
        if (n < LINE_BYTES)
            file->line[n++] = (char)c;
    }
    file->line_number++;
    while (n > 0 && file->line[n - 1] == '\r')
        n--;
    *ret_n = n;
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
        for (size_t i = file->n_columns; i < file->header->n; i++)
            file->fields[i] = "";
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

static bool has_column(const struct import_file *file, const char *name)
{
    for (size_t i = 0; i < file->n_fields; i++)
        if (strcmp(file->fields[i], name) == 0)
            return true;
    return false;
}

static bool is_known(const struct roster_header *header, const char *name)
{
    for (size_t i = 0; i < header->n; i++)
        if (strcmp(header->fields[i], name) == 0)
            return true;
    return false;
}

static void blame_column(struct import_file *file, const char *name, enum err code)
{
    const struct import_error error = {
        .file = file->kind, .line = 1, .field = mem_text(file->errors->ctx, name), .code = code};
    import_errors_add(file->errors, &error);
}

static bool knows_any(const struct import_file *file)
{
    for (size_t i = 0; i < file->n_fields; i++)
        if (is_known(file->header, file->fields[i]))
            return true;
    return false;
}

/* By its name; by its number in a line that is no header at all, whose cells may be a person's. */
static const char *column_text(const struct import_file *file, size_t i)
{
    return knows_any(file) ? file->fields[i] : mem_printf(file->errors->ctx, "#%zu", i + 1);
}

/* Names every column that is missing or unknown; of others the first that is out of its place. */
static enum err check_columns(struct import_file *file)
{
    const struct roster_header *header = file->header;
    int64_t before = file->errors->count;
    for (size_t i = 0; i < header->n_needed; i++)
        if (!has_column(file, header->fields[i]))
            blame_column(file, header->fields[i], ERR_FIELD_COLUMN_MISSING);
    for (size_t i = 0; i < file->n_fields; i++)
        if (!is_known(header, file->fields[i]))
            blame_column(file, column_text(file, i), ERR_FIELD_COLUMN_UNKNOWN);
    for (size_t i = 0; i < file->n_fields && file->errors->count == before; i++)
        if (i >= header->n || strcmp(file->fields[i], header->fields[i]) != 0)
            blame_column(file, column_text(file, i), ERR_FIELD_COLUMN_ORDER);
    return file->errors->count == before ? ERR_OK : ERR_ROSTER_HEADER;
}

static enum err read_header(struct import_file *file)
{
    size_t n = 0;
    const char *line = read_line(file, &n);
    if (line && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3, n -= 3;
    if (!line) {
        blame_column(file, file->header->fields[0], ERR_FIELD_COLUMN_MISSING);
        return ERR_ROSTER_HEADER;
    }
    choose_separator(file, line, n);
    file->reads_header = true;
    bool is_row = parse(file, line, n);
    file->reads_header = false;
    if (!is_row)
        return ERR_ROSTER_HEADER;
    if (file->n_fields > IMPORT_FIELDS_LIMIT)
        file->n_fields = IMPORT_FIELDS_LIMIT;
    file->n_columns = file->n_fields;
    return check_columns(file);
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

static int64_t count_lines(const uint8_t *bytes, size_t n)
{
    int64_t lines = 0;
    for (const uint8_t *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + n - at))); at++)
        lines++;
    return lines;
}

enum err import_file_measure(const char *path, uint8_t ret_hash[IMPORT_HASH_BYTES], int64_t *ret_lines)
{
    FILE *stream = fopen(path, "re");
    if (!stream)
        return ERR_NOT_FOUND;
    crypto_hash_sha256_state state;
    uint8_t block[65536];
    int64_t lines = 0;
    crypto_hash_sha256_init(&state);
    for (size_t n; (n = fread(block, 1, sizeof block, stream)) > 0;) {
        crypto_hash_sha256_update(&state, block, n);
        lines += count_lines(block, n);
    }
    crypto_hash_sha256_final(&state, ret_hash);
    enum err err = ferror(stream) ? ERR_NOT_FOUND : ERR_OK;
    (void)fclose(stream); /* read only */
    *ret_lines = lines;
    return err;
}
