/* The first bytes of an uploaded file, of which libmagic reads some. What they are is one of few words. */
#include "services/gateway/edge/media.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    size_t head = n < MEDIA_HEAD_BYTES ? n : MEDIA_HEAD_BYTES;
    const char *whole = media_sniff(data, head, n), *begun = media_sniff(data, head, n + 1000);
    fuzz_must(!whole || strchr(whole, '/'));
    fuzz_must(!begun || strchr(begun, '/'));
    return 0;
}
