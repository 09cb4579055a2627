#include "services/meeting/roll/check_in.h"

#include "common/base/clock.h"
#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define WINDOW_US (15 * CLOCK_SECOND_US)
#define CLOCK_OFF_US (5 * CLOCK_MINUTE_US)
/* How far back a code is known again, so that its holder is told that it is too old. */
enum { WINDOWS_REMEMBERED = 20 };

static_assert(sizeof(struct check_in_key) == crypto_auth_KEYBYTES, "HMAC-SHA-512-256");

/* Of the window that begins at window * WINDOW_US. Letters that are read wrongly are left out. */
static void code_of(const struct check_in_key *key, const struct uuid *meeting, int64_t window,
                    char ret_code[CHECK_IN_CHARACTERS + 1])
{
    static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t message[sizeof meeting->bytes + 8], mac[crypto_auth_BYTES];
    memcpy(message, meeting->bytes, sizeof meeting->bytes);
    for (int i = 0; i < 8; i++)
        message[sizeof meeting->bytes + (size_t)i] = (uint8_t)((uint64_t)window >> (8 * i));
    crypto_auth(mac, message, sizeof message, key->bytes);
    for (size_t i = 0; i < CHECK_IN_CHARACTERS; i++)
        ret_code[i] = ALPHABET[mac[i] % 32];
    ret_code[CHECK_IN_CHARACTERS] = '\0';
}

int64_t check_in_code(const struct check_in_key *key, const struct uuid *meeting, int64_t now_us,
                      char ret_code[CHECK_IN_CHARACTERS + 1])
{
    int64_t window = now_us / WINDOW_US;
    code_of(key, meeting, window, ret_code);
    return (window + 1) * WINDOW_US;
}

/* As it would be shown. False: it cannot be one. */
static bool tidy(const char *code, char ret_code[CHECK_IN_CHARACTERS + 1])
{
    size_t n = 0;
    for (const char *c = code; *c; c++) {
        if (*c == ' ' || *c == '-')
            continue;
        if (n == CHECK_IN_CHARACTERS)
            return false;
        ret_code[n++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    ret_code[n] = '\0';
    return n == CHECK_IN_CHARACTERS;
}

static bool is_code(const struct check_in_key *key, const struct uuid *meeting, int64_t window, const char *code)
{
    char expected[CHECK_IN_CHARACTERS + 1];
    code_of(key, meeting, window, expected);
    return sodium_memcmp(expected, code, CHECK_IN_CHARACTERS) == 0;
}

enum err check_in_verify(const struct check_in_key *key, const struct uuid *meeting, const char *code, int64_t at_us,
                         int64_t now_us)
{
    char said[CHECK_IN_CHARACTERS + 1];
    int64_t window = now_us / WINDOW_US;
    if (at_us < now_us - CLOCK_OFF_US || at_us > now_us + CLOCK_OFF_US)
        return ERR_CLOCK_WRONG;
    if (!tidy(code, said))
        return ERR_CHECK_IN_CODE_WRONG;
    /* The next one too: whoever shows it may be a moment ahead of the queue, and nobody can know it before. */
    for (int64_t at = window - 1; at <= window + 1; at++)
        if (is_code(key, meeting, at, said))
            return ERR_OK;
    for (int64_t at = window - WINDOWS_REMEMBERED; at < window - 1; at++)
        if (is_code(key, meeting, at, said))
            return ERR_CHECK_IN_CODE_EXPIRED;
    return ERR_CHECK_IN_CODE_WRONG;
}
