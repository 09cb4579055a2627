#include "services/gateway/edge/demo_clock.h"

#include "common/base/clock.h"
#include <stdlib.h>

#ifdef SOTAY_DEMO
enum err demo_clock_read(const struct call *call, int64_t *ret_offset_us)
{
    const char *text = http_header(call->http, "X-Demo-Clock");
    char *end = NULL;
    if (!text) {
        *ret_offset_us = clock_offset_us(call->gateway->config.clock_file);
        return ERR_OK;
    }
    long long seconds = strtoll(text, &end, 10);
    long long most = CLOCK_OFFSET_MOST_US / CLOCK_SECOND_US;
    if (end == text || *end != '\0' || seconds > most || seconds < -most)
        return ERR_HEADER_INVALID;
    *ret_offset_us = seconds * CLOCK_SECOND_US;
    return ERR_OK;
}
#else
enum err demo_clock_read(const struct call *call, int64_t *ret_offset_us)
{
    (void)call;
    *ret_offset_us = 0;
    return ERR_OK;
}
#endif
