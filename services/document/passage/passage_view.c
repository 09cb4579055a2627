#include "services/document/passage/passage_view.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/document_kind.h"
#include "services/document/passage/passage_texts.h"
#include <time.h>

#define APP "/app/van-ban/"

static char *append_day(char *text, int32_t date)
{
    time_t seconds = (time_t)date * (CLOCK_DAY_US / CLOCK_SECOND_US);
    struct tm day;
    if (!gmtime_r(&seconds, &day))
        return text;
    return mem_append(text, TEXT_CITED_DAY, day.tm_mday, day.tm_mon + 1, day.tm_year + 1900);
}

static char *cite(TALLOC_CTX *ctx, const struct passage_found *found)
{
    const char *kind = document_kind_word(found->kind);
    char *text = found->number ? mem_printf(ctx, TEXT_CITED_BY_NUMBER, found->is.label, kind, found->number)
                               : mem_printf(ctx, TEXT_CITED_BY_TITLE, found->is.label, kind, found->title);
    if (found->has_issued_on)
        text = append_day(text, found->issued_on);
    return mem_append(text, TEXT_CITED_ISSUER, found->issuer);
}

static char *url_of(TALLOC_CTX *ctx, const struct passage_found *found)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(&found->document, id);
    return mem_printf(ctx, APP "%s#%s", id, found->is.address);
}

/* NULL: nothing takes its place. */
static Pb__Passage__Replaced *view_replaced(TALLOC_CTX *ctx, const struct passage_found *found)
{
    if (uuid_is_zero(&found->replaced_by))
        return NULL;
    Pb__Passage__Replaced *view = mem_new(ctx, Pb__Passage__Replaced);
    pb__passage__replaced__init(view);
    view->document_id = uuid_to_pb(ctx, &found->replaced_by);
    view->address = (char *)(uintptr_t)found->replaced_by_address; /* packed, never written */
    return view;
}

Pb__Passage *passage_view(TALLOC_CTX *ctx, const struct passage_found *found)
{
    Pb__Passage *view = mem_new(ctx, Pb__Passage);
    pb__passage__init(view);
    view->document = mem_new(ctx, Pb__Passage__Source);
    pb__passage__source__init(view->document);
    view->document->id = uuid_to_pb(ctx, &found->document);
    view->document->kind = (Pb__DocumentKind)found->kind;
    view->document->number = (char *)(uintptr_t)found->number; /* packed, never written */
    view->document->title = (char *)(uintptr_t)found->title;
    view->address = (char *)(uintptr_t)found->is.address;
    view->label = (char *)(uintptr_t)found->is.label;
    view->citation = cite(ctx, found);
    view->url = url_of(ctx, found);
    view->has_page = found->is.page > 0;
    view->page = found->is.page;
    view->text = (char *)(uintptr_t)found->is.text;
    view->replaced_by = view_replaced(ctx, found);
    return view;
}

static size_t whole_letters(const char *text, size_t n, size_t most)
{
    if (n <= most)
        return n;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

char *passage_view_text(TALLOC_CTX *ctx, const char *const texts[], size_t n, size_t bytes_most, bool goes_on)
{
    ARRAY(char) whole = {0};
    bool fits = true;
    for (size_t i = 0; i < n && fits; i++) {
        if (i > 0 && whole.n < bytes_most)
            array_add(ctx, &whole, '\n');
        size_t bytes = strlen(texts[i]), taken = whole_letters(texts[i], bytes, bytes_most - whole.n);
        array_add_many(ctx, &whole, texts[i], taken);
        fits = taken == bytes;
    }
    if (!fits || goes_on)
        array_add_many(ctx, &whole, TEXT_GOES_ON, sizeof TEXT_GOES_ON - 1);
    array_add(ctx, &whole, '\0');
    return whole.items;
}
