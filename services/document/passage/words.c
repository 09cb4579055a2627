#include "services/document/passage/words.h"

#include "common/base/array.h"
#include <string.h>
#include <utf8proc.h>

enum { D_STROKE = 0x111, D_ETH = 0xF0, BREVE = 0x306, CIRCUMFLEX = 0x302, HORN = 0x31B, PARTS_MOST = 8 };
enum { BEYOND_ONE_UNIT = 0x10000 };

/* --- one word ----------------------------------------------------------------------------------------------------- */

struct spelling {
    char bytes[WORD_BYTES_MOST + 8];
    size_t n;
};

/* The word under way. A word that is too long is cut: so are the others that begin like it. */
struct reader {
    TALLOC_CTX *ctx;
    struct spelling bare, written; /* `written` as one types it: tees for tế, but the tone is a figure at the end */
    int tone;
    bool has_accent, is_in_word, is_quoted;
    uint32_t at, start, end; /* end: of the word before */
    uint32_t marks;          /* letters that are none, between the words */
    ARRAY(struct word) words;
};

static void put(struct spelling *spelling, const void *bytes, size_t n)
{
    if (spelling->n + n > WORD_BYTES_MOST)
        return;
    memcpy(spelling->bytes + spelling->n, bytes, n);
    spelling->n += n;
}

static void put_point(struct spelling *spelling, utf8proc_int32_t point)
{
    utf8proc_uint8_t bytes[4];
    put(spelling, bytes, (size_t)utf8proc_encode_char(point, bytes));
}

static int tone_of(utf8proc_int32_t mark)
{
    static const utf8proc_int32_t TONES[] = {0x300, 0x301, 0x303, 0x309, 0x323};
    for (size_t i = 0; i < ARRAY_LENGTH(TONES); i++)
        if (TONES[i] == mark)
            return (int)i + 1;
    return 0;
}

static void put_part(struct reader *reader, utf8proc_int32_t part)
{
    char last = reader->written.n > 0 ? reader->written.bytes[reader->written.n - 1] : 'x';
    bool is_accent = part == D_STROKE || (part >= 0x300 && part < 0x370);
    reader->has_accent |= is_accent;
    if (part == D_STROKE) {
        put(&reader->bare, "d", 1);
        put(&reader->written, "dd", 2);
    } else if (tone_of(part) > 0) {
        reader->tone = tone_of(part);
    } else if (part == CIRCUMFLEX || part == BREVE || part == HORN) {
        put(&reader->written, part == CIRCUMFLEX ? &last : "w", 1);
    } else if (!is_accent) {
        put_point(&reader->bare, part);
        put_point(&reader->written, part);
    }
}

/* ky is ki and quy is qui; thuy is not thui. */
static void settle_y(struct spelling *spelling)
{
    char *bytes = spelling->bytes;
    size_t n = spelling->n;
    if (n < 2 || bytes[n - 1] != 'y')
        return;
    bool is_behind_consonant = bytes[n - 2] >= 'a' && bytes[n - 2] <= 'z' && !strchr("aeiouwy", bytes[n - 2]);
    if (is_behind_consonant || (n >= 3 && bytes[n - 2] == 'u' && bytes[n - 3] == 'q'))
        bytes[n - 1] = 'i';
}

static char *spell(TALLOC_CTX *ctx, struct spelling *spelling, const char *before, int tone)
{
    settle_y(spelling);
    char *text = mem_printf(ctx, "%s%.*s", before, (int)spelling->n, spelling->bytes);
    return tone > 0 ? mem_append(text, "%d", tone) : text;
}

static void end_word(struct reader *reader)
{
    if (!reader->is_in_word)
        return;
    struct word word = {.start = reader->start,
                        .end = reader->at,
                        .is_joined = reader->words.n > 0 && reader->marks == 1,
                        .is_quoted = reader->words.n > 0 && reader->is_quoted};
    word.bare = spell(reader->ctx, &reader->bare, "", 0);
    if (reader->has_accent)
        word.written = spell(reader->ctx, &reader->written, "~", reader->tone);
    if (*word.bare)
        array_add(reader->ctx, &reader->words, word);
    reader->is_in_word = false;
    reader->marks = 0;
}

static void begin_word(struct reader *reader)
{
    reader->bare.n = reader->written.n = 0;
    reader->tone = 0;
    reader->has_accent = false;
    reader->is_in_word = true;
    reader->start = reader->at;
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

static bool is_letter(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_MC) || category == UTF8PROC_CATEGORY_ND;
}

/* What stands between words; a blank keeps them apart, and a quotation mark begins or ends what stands together. */
static void take_mark(struct reader *reader, utf8proc_int32_t point, bool *opens)
{
    bool is_quotation = point == '"' || point == 0x201C || point == 0x201D;
    end_word(reader);
    reader->marks += utf8proc_category(point) == UTF8PROC_CATEGORY_ZS || point < ' ' || is_quotation ? 2 : 1;
    if (is_quotation)
        *opens = !*opens;
    if (is_quotation)
        reader->is_quoted = false;
}

static void take_letter(struct reader *reader, utf8proc_int32_t point)
{
    utf8proc_int32_t parts[PARTS_MOST];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    point = utf8proc_tolower(point);
    if (point == D_ETH) /* which some keyboards write for Đ */
        point = D_STROKE;
    if (!reader->is_in_word)
        begin_word(reader);
    utf8proc_ssize_t n = utf8proc_decompose_char(point, parts, PARTS_MOST, UTF8PROC_DECOMPOSE, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < PARTS_MOST; i++)
        put_part(reader, parts[i]);
}

struct word *words_read(TALLOC_CTX *ctx, const char *text, size_t most, size_t *ret_n)
{
    struct reader reader = {.ctx = ctx};
    bool opens = false;
    for (size_t n = strlen(text); n > 0 && reader.words.n < most;) {
        utf8proc_int32_t point;
        size_t words = reader.words.n;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &point);
        if (bytes < 1)
            bytes = 1, point = ' ';
        if (is_letter(point))
            take_letter(&reader, point);
        else
            take_mark(&reader, point, &opens);
        if (reader.words.n > words && opens)
            reader.is_quoted = true; /* the next stands behind it */
        reader.at += point >= BEYOND_ONE_UNIT ? 2 : 1;
        text += bytes;
        n -= (size_t)bytes;
    }
    if (reader.words.n < most)
        end_word(&reader);
    *ret_n = reader.words.n;
    return reader.words.items;
}

/* What PostgreSQL keeps of a form: its bytes, how many positions, one of them, and what makes it even. */
static size_t kept_bytes(const char *form)
{
    enum { POSITION_BYTES = 5 };
    return form ? strlen(form) + POSITION_BYTES : 0;
}

char *words_vector(TALLOC_CTX *ctx, const char *text)
{
    TALLOC_CTX *words_ctx = mem_context(ctx, "words");
    ARRAY(char) vector = {0};
    size_t n;
    const struct word *words = words_read(words_ctx, text, WORDS_INDEXED_MOST, &n);
    for (size_t i = 0, bytes = 0; i < n; i++) {
        bytes += kept_bytes(words[i].bare) + kept_bytes(words[i].written);
        if (bytes > WORDS_VECTOR_BYTES_MOST)
            break;
        const char *entry = words[i].written ? mem_printf(words_ctx, "'%s':%zu '%s':%zu ", words[i].bare, i + 1,
                                                          words[i].written, i + 1)
                                             : mem_printf(words_ctx, "'%s':%zu ", words[i].bare, i + 1);
        array_add_many(words_ctx, &vector, entry, strlen(entry));
    }
    char *made = mem_textn(ctx, vector.n > 0 ? vector.items : "", vector.n);
    mem_free(words_ctx);
    return made;
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

const char *word_asked_as(const struct word *asked)
{
    return asked->written ? asked->written : asked->bare;
}

static const char *between(const struct word question[], size_t i)
{
    return i == 0 ? "" : question[i].is_joined || question[i].is_quoted ? " <-> " : " & ";
}

char *words_query(TALLOC_CTX *ctx, const struct word question[], size_t n)
{
    return words_query_either(ctx, question, n, n, NULL, 0);
}

char *words_query_either(TALLOC_CTX *ctx, const struct word question[], size_t n, size_t at, const char *const forms[],
                         size_t n_forms)
{
    char *query = n > 0 ? mem_text(ctx, "") : NULL;
    for (size_t i = 0; i < n; i++) {
        query = mem_append(query, "%s", between(question, i));
        if (i != at)
            query = mem_append(query, "'%s'", word_asked_as(&question[i]));
        for (size_t form = 0; i == at && form < n_forms; form++)
            query = mem_append(query, "%s'%s'%s", form == 0 ? "(" : " | ", forms[form], form + 1 == n_forms ? ")" : "");
    }
    return query;
}

bool word_is_asked(const struct word *word, const struct word *asked)
{
    const char *form = word_asked_as(asked);
    return strcmp(form, word->bare) == 0 || (word->written && strcmp(form, word->written) == 0);
}

static bool is_asked(const struct word *word, const struct word question[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (word_is_asked(word, &question[i]))
            return true;
    return false;
}

struct words_range *words_highlight(TALLOC_CTX *ctx, const char *text, const struct word question[], size_t n,
                                    size_t most, size_t *ret_n)
{
    TALLOC_CTX *words_ctx = mem_context(ctx, "words");
    struct words_range *ranges = mem_array(ctx, struct words_range, most);
    size_t n_words, n_ranges = 0;
    const struct word *words = words_read(words_ctx, text, WORDS_INDEXED_MOST, &n_words);
    bool goes_on = false;
    for (size_t i = 0; i < n_words; i++) {
        bool is_found = is_asked(&words[i], question, n);
        if (is_found && goes_on)
            ranges[n_ranges - 1].end = words[i].end;
        else if (is_found && n_ranges == most)
            break;
        else if (is_found)
            ranges[n_ranges++] = (struct words_range){words[i].start, words[i].end};
        goes_on = is_found;
    }
    mem_free(words_ctx);
    *ret_n = n_ranges;
    return ranges;
}
