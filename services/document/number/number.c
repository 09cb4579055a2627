#include "services/document/number/number.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/passage/words.h"
#include "sotay/v1/document.pb-c.h"
#include <string.h>

enum { PREFIX_MOST = 4, NUMBER_WORDS_MOST = 8, NO_KIND = -1 };

/* What stands before a number, as words.h writes it: whole, or its initial. What is no kind here has a number that says
 * it. */
struct prefix {
    const char *name, *initial;
    int kind;
};
static const struct prefix PREFIXES[] = {
    {"nghi quyet", "nq", PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION},
    {"chi thi", "ct", PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE},
    {"qui dinh", "qd", PB__DOCUMENT_KIND__DOCUMENT_KIND_REGULATION},
    {"huong dan", "hd", PB__DOCUMENT_KIND__DOCUMENT_KIND_GUIDELINE},
    {"bien ban", "bb", PB__DOCUMENT_KIND__DOCUMENT_KIND_MINUTES},
    {"quyet dinh", "qd", NO_KIND},
    {"qui che", "qc", NO_KIND},
    {"ke hoach", "kh", NO_KIND},
    {"ket luan", "kl", NO_KIND},
    {"thong bao", "tb", NO_KIND},
    {"bao cao", "bc", NO_KIND},
    {"cong van", "cv", NO_KIND},
    {"chuong trinh", "ctr", NO_KIND},
};

/* The words before the number, one blank between them, without "số". */
static char *read_prefix(TALLOC_CTX *ctx, const char *question, size_t bytes)
{
    size_t n;
    const struct word *words = words_read(ctx, mem_textn(ctx, question, bytes), PREFIX_MOST, &n);
    char *prefix = mem_text(ctx, "");
    for (size_t i = 0; i < n; i++)
        if (i + 1 < n || strcmp(words[i].bare, "so") != 0)
            prefix = mem_append(prefix, "%s%s", *prefix ? " " : "", words[i].bare);
    return prefix;
}

static const struct prefix *find_prefix(const char *said)
{
    for (size_t i = 0; i < ARRAY_LENGTH(PREFIXES); i++)
        if (strcmp(PREFIXES[i].name, said) == 0 || strcmp(PREFIXES[i].initial, said) == 0)
            return &PREFIXES[i];
    return NULL;
}

struct number_asked number_read(TALLOC_CTX *ctx, const char *question)
{
    static const struct number_asked NONE = {.words = NULL};
    const size_t before = strcspn(question, "0123456789");
    const char *const number = question + before;
    size_t n;
    (void)words_read(ctx, number, NUMBER_WORDS_MOST + 1, &n);
    const char *said = read_prefix(ctx, question, before);
    if (n == 0 || n > NUMBER_WORDS_MOST || (!*said && n < 2))
        return NONE;
    const struct prefix *prefix = find_prefix(said);
    if (*said && !prefix)
        return NONE;
    return (struct number_asked){
        .words = number,
        .initial = prefix ? prefix->initial : NULL,
        .has_kind = prefix && prefix->kind != NO_KIND,
        .kind = prefix ? prefix->kind : NO_KIND,
    };
}
