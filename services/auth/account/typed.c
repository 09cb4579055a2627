#include "services/auth/account/typed.h"

#include "common/base/mem.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char *typed_card(TALLOC_CTX *ctx, const char *text)
{
    size_t n = strlen(text += strspn(text, " \t"));
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    return mem_textn(ctx, text, n);
}

static char put_right(char c)
{
    char capital = (char)toupper((unsigned char)c);
    if (capital == 'O')
        return '0';
    return capital == 'I' || capital == 'L' ? '1' : capital;
}

char *typed_code(TALLOC_CTX *ctx, const char *text)
{
    char *code = mem_text(ctx, text);
    size_t n = 0;
    for (const char *at = text; *at; at++)
        if (*at != ' ' && *at != '-' && *at != '\t')
            code[n++] = put_right(*at);
    code[n] = '\0';
    return code;
}

char *typed_code_new(TALLOC_CTX *ctx, size_t n)
{
    uint8_t *bytes = mem_array(ctx, uint8_t, n);
    randombytes_buf(bytes, n);
    return typed_code_of(ctx, bytes, n);
}

char *typed_code_of(TALLOC_CTX *ctx, const uint8_t *bytes, size_t n)
{
    char *code = mem_array(ctx, char, n + 1);
    for (size_t i = 0; i < n; i++)
        code[i] = ALPHABET[bytes[i] % (sizeof ALPHABET - 1)]; /* 32 divides 256: all are as likely */
    return code;
}

char *typed_code_grouped(TALLOC_CTX *ctx, const char *code, size_t group)
{
    char *shown = mem_array(ctx, char, 2 * strlen(code) + 1);
    size_t n = 0;
    for (size_t i = 0; code[i]; i++) {
        if (i > 0 && i % group == 0)
            shown[n++] = '-';
        shown[n++] = code[i];
    }
    shown[n] = '\0';
    return shown;
}
