/* services/gateway/edge/peers.h */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/peers.h"
#include <string.h>

static void test_the_client_is_the_last_whom_no_trusted_proxy_names(void **state)
{
    (void)state;
    static const struct {
        const char *trusted, *field, *nearest, *list, *client;
    } cases[] = {
        {"", "X-Forwarded-For", "192.0.2.1", "198.51.100.7", "192.0.2.1"},
        {"127.0.0.1", "X-Forwarded-For", "192.0.2.1", "198.51.100.7", "192.0.2.1"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "", "127.0.0.1"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "10.0.0.9, 198.51.100.7", "198.51.100.7"},
        {"127.0.0.1, 10.0.0.0/8", "X-Forwarded-For", "127.0.0.1", "1.2.3.4, 198.51.100.7 , 10.200.0.9", "198.51.100.7"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "198.51.100.7:4711", "198.51.100.7"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "unknown", "127.0.0.1"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "198.51.100.7, _hidden", "127.0.0.1"},
        {"127.0.0.1", "X-Forwarded-For", "127.0.0.1", "198.51.100.7,", "127.0.0.1"},
        {"::1,2001:db8::/33", "X-Forwarded-For", "::1", "2001:db8:8000::5, 2001:db8:7fff::1", "2001:db8:8000::5"},
        {"::ffff:127.0.0.1", "X-Forwarded-For", "127.0.0.1", "198.51.100.7", "198.51.100.7"},
        {"0.0.0.0/0", "X-Forwarded-For", "9.9.9.9", "1.2.3.4, 5.6.7.8", "1.2.3.4"},
        {"127.0.0.1", "Forwarded", "127.0.0.1", "for=198.51.100.7;proto=https", "198.51.100.7"},
        {"127.0.0.1", "forwarded", "127.0.0.1", "for=1.1.1.1, by=x; For=\"[2001:db8::7]:4711\"", "2001:db8::7"},
        {"127.0.0.1", "Forwarded", "127.0.0.1", "for=1.1.1.1, proto=http", "127.0.0.1"},
        {"127.0.0.1", "Forwarded", "127.0.0.1", "198.51.100.7", "127.0.0.1"},
        {"127.0.0.1", "X-Forwarded-For", "unix", "198.51.100.7", "unix"},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct peers *peers;
        assert_int_equal(peers_new(ctx, cases[i].trusted, cases[i].field, &peers), ERR_OK);
        assert_string_equal(peers_first_untrusted(ctx, peers, cases[i].nearest, cases[i].list), cases[i].client);
    }
    mem_free(ctx);
}

static void test_what_is_no_network_stops_the_start(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"localhost",   "10.0.0.0/33", "10.0.0.0/", "::/129",
                                        "10.0.0.0/-1", "10.0.0.1,,",  " "};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct peers *peers;
    for (size_t i = 0; i < ARRAY_LENGTH(WRONG); i++)
        assert_int_equal(peers_new(ctx, WRONG[i], "Forwarded", &peers), ERR_CONFIG);
    assert_int_equal(peers_new(ctx, "", "X-Real-IP", &peers), ERR_CONFIG);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_client_is_the_last_whom_no_trusted_proxy_names),
        cmocka_unit_test(test_what_is_no_network_stops_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
