#include "common/contract/field_errors.h"

#include "common/base/mem.h"
#include <stdbool.h>
#include <string.h>

void field_errors_init(struct field_errors *errors, TALLOC_CTX *ctx)
{
    errors->ctx = ctx;
    errors->n = 0;
}

void field_errors_add(struct field_errors *errors, const char *field, enum err code)
{
    if (errors->n == FIELD_ERRORS_MAX)
        return;
    errors->items[errors->n++] = (struct field_error){.field = mem_text(errors->ctx, field), .code = code};
}

/* Of a name that a client made up, so much is said back that he finds it. Names of the contract are shorter. Cut
 * between characters: those of UTF-8 begin with another byte than 10xxxxxx. */
static char *cut(TALLOC_CTX *ctx, const char *name)
{
    size_t n = 0, bytes = 0;
    for (; name[bytes]; bytes++) {
        n += (name[bytes] & 0xc0) != 0x80;
        if (n > FIELD_NAME_CHARACTERS)
            break;
    }
    return mem_textn(ctx, name, bytes);
}

void field_errors_add_parameter(struct field_errors *errors, const char *name, enum err code)
{
    char *shown = cut(errors->ctx, name);
    field_errors_add(errors, shown, code);
    mem_free(shown);
}

/* RFC 6901, section 3. */
static char *escape(TALLOC_CTX *ctx, const char *whole)
{
    const char *name = cut(ctx, whole);
    char *escaped = mem_array(ctx, char, 2 * strlen(name) + 1), *to = escaped;
    for (; *name; name++) {
        bool special = *name == '~' || *name == '/';
        if (special)
            *to++ = '~';
        *to++ = (char)(!special ? *name : *name == '~' ? '0' : '1');
    }
    return escaped;
}

static char *pointer(TALLOC_CTX *ctx, const struct field_place *at)
{
    if (!at)
        return mem_text(ctx, "");
    char *up = pointer(ctx, at->up);
    if (at->name)
        return mem_printf(ctx, "%s/%s", up, escape(ctx, at->name));
    return mem_printf(ctx, "%s/%zu", up, at->index);
}

void field_errors_add_at(struct field_errors *errors, const struct field_place *at, enum err code)
{
    if (code == ERR_OK || errors->n == FIELD_ERRORS_MAX)
        return;
    TALLOC_CTX *scratch = mem_context(errors->ctx, "pointer");
    field_errors_add(errors, pointer(scratch, at), code);
    mem_free(scratch);
}
