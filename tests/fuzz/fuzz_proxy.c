/* The header of a proxy (PROXY protocol, version 2). What was read names an address, or nobody. */
#include "common/http/http_proxy.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct sockaddr_storage address;
    socklen_t bytes = 1;
    if (n < HTTP_PROXY_HEAD_BYTES)
        return 0;
    size_t wanted = http_proxy_bytes(data);
    fuzz_must(wanted == 0 || (wanted >= HTTP_PROXY_HEAD_BYTES && wanted <= HTTP_PROXY_MOST_BYTES));
    if (http_proxy_read(data, n, &address, &bytes))
        fuzz_must(wanted == n && (bytes == 0 || address.ss_family == AF_INET || address.ss_family == AF_INET6));
    return 0;
}
