#include "services/auth/letter/letter.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <glib.h>

struct letter_config letter_config;

char *letter_page(TALLOC_CTX *ctx)
{
    return mem_printf(ctx, "%s/app/kich-hoat", letter_config.public_origin);
}

char *letter_url(TALLOC_CTX *ctx, const struct letter *letter)
{
    char *card = g_uri_escape_string(letter->card_number, NULL, FALSE);
    char *url = mem_printf(ctx, "%s/app/kich-hoat#c=%s&k=%s", letter_config.public_origin, card, letter->code);
    g_free(card);
    return url;
}

int32_t letter_last_day(int64_t expires_at_us)
{
    return clock_local_date(expires_at_us) - 1;
}
