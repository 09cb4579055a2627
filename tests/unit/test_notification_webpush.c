/* services/notification/provider/webpush*, vapid, public_address: how browsers are told, and where connections go. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/provider/public_address.h"
#include "services/notification/provider/vapid.h"
#include "services/notification/provider/webpush.h"
#include "services/notification/provider/webpush_crypt.h"
#include "services/notification/provider/webpush_json.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <jwt.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static TALLOC_CTX *ctx;

static int start(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "test");
    return sodium_init() < 0;
}

static int stop(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

static size_t from_base64(const char *text, uint8_t *ret, size_t room)
{
    size_t n = 0;
    assert_int_equal(
        sodium_base642bin(ret, room, text, strlen(text), NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
    return n;
}

/* --- encryption: the example of RFC 8291, section 5 and appendix A ------------------------------------------------ */

#define UA_PUBLIC "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define UA_AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define AS_PUBLIC "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
#define AS_PRIVATE "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define SALT "DGv6ra1nlYgDCS1FRnbzlw"
#define TEXT "When I grow up, I want to be a watermelon"
#define BODY                                                                       \
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6" \
    "e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZ" \
    "wbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

static EVP_PKEY *key_pair(const char *public_key, const char *private_key)
{
    uint8_t point[WEBPUSH_POINT_BYTES], scalar[32];
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    from_base64(public_key, point, sizeof point);
    from_base64(private_key, scalar, sizeof scalar);
    BIGNUM *number = BN_bin2bn(scalar, sizeof scalar, NULL);
    assert_int_equal(OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0), 1);
    assert_int_equal(OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point), 1);
    assert_int_equal(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number), 1);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(maker), 1);
    assert_int_equal(EVP_PKEY_fromdata(maker, &key, EVP_PKEY_KEYPAIR, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(number);
    EVP_PKEY_CTX_free(maker);
    return key;
}

static struct webpush_keys keys_of(const char *p256dh, const char *auth)
{
    struct webpush_keys keys;
    assert_int_equal(from_base64(p256dh, keys.p256dh, sizeof keys.p256dh), sizeof keys.p256dh);
    assert_int_equal(from_base64(auth, keys.auth, sizeof keys.auth), sizeof keys.auth);
    return keys;
}

static void test_the_example_of_the_rfc_is_encrypted_as_it_says(void **state)
{
    (void)state;
    struct webpush_crypt *crypt = webpush_crypt_new(ctx);
    const struct webpush_keys keys = keys_of(UA_PUBLIC, UA_AUTH);
    uint8_t salt[WEBPUSH_SALT_BYTES], body[sizeof TEXT + WEBPUSH_OVERHEAD_BYTES];
    char text[sizeof BODY];
    EVP_PKEY *sender = key_pair(AS_PUBLIC, AS_PRIVATE);
    from_base64(SALT, salt, sizeof salt);
    for (int again = 0; again < 2; again++) { /* what is kept from message to message leaves no trace in it */
        assert_int_equal(webpush_encrypt_as(crypt, &keys, sender, salt, TEXT, strlen(TEXT), body), WEBPUSH_SEALED);
        sodium_bin2base64(text, sizeof text, body, strlen(TEXT) + WEBPUSH_OVERHEAD_BYTES,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        assert_string_equal(text, BODY);
    }
    EVP_PKEY_free(sender);
}

static void test_no_two_messages_have_a_key_or_a_salt_in_common(void **state)
{
    (void)state;
    struct webpush_crypt *crypt = webpush_crypt_new(ctx);
    const struct webpush_keys keys = keys_of(UA_PUBLIC, UA_AUTH);
    uint8_t one[sizeof TEXT + WEBPUSH_OVERHEAD_BYTES], other[sizeof one];
    assert_int_equal(webpush_encrypt(crypt, &keys, TEXT, strlen(TEXT), one), WEBPUSH_SEALED);
    assert_int_equal(webpush_encrypt(crypt, &keys, TEXT, strlen(TEXT), other), WEBPUSH_SEALED);
    assert_memory_not_equal(one, other, WEBPUSH_SALT_BYTES);
    assert_memory_not_equal(one + WEBPUSH_SALT_BYTES + 5, other + WEBPUSH_SALT_BYTES + 5, WEBPUSH_POINT_BYTES);
    assert_memory_not_equal(one + WEBPUSH_HEADER_BYTES, other + WEBPUSH_HEADER_BYTES, strlen(TEXT));
}

static void test_a_point_off_the_curve_is_no_key(void **state)
{
    (void)state;
    struct webpush_crypt *crypt = webpush_crypt_new(ctx);
    struct webpush_keys keys = keys_of(UA_PUBLIC, UA_AUTH);
    uint8_t body[sizeof TEXT + WEBPUSH_OVERHEAD_BYTES];
    keys.p256dh[WEBPUSH_POINT_BYTES - 1] ^= 1;
    assert_int_equal(webpush_encrypt(crypt, &keys, TEXT, strlen(TEXT), body), WEBPUSH_NO_POINT);
    memset(keys.p256dh, 0, sizeof keys.p256dh); /* the point at infinity, and more */
    assert_int_equal(webpush_encrypt(crypt, &keys, TEXT, strlen(TEXT), body), WEBPUSH_NO_POINT);
}

/* Whoever answers so for a point would forget every device of a chunk in a bad moment. */
static void test_a_failure_of_our_own_says_nothing_of_the_browser(void **state)
{
    (void)state;
    struct webpush_crypt *crypt = webpush_crypt_new(ctx);
    const struct webpush_keys keys = keys_of(UA_PUBLIC, UA_AUTH);
    const uint8_t salt[WEBPUSH_SALT_BYTES] = {0};
    uint8_t body[sizeof TEXT + WEBPUSH_OVERHEAD_BYTES];
    static const char *const OTHER_CURVES[] = {"P-384", "brainpoolP256r1"};
    for (size_t i = 0; i < ARRAY_LENGTH(OTHER_CURVES); i++) {
        EVP_PKEY *sender = EVP_EC_gen(OTHER_CURVES[i]);
        assert_int_equal(webpush_encrypt_as(crypt, &keys, sender, salt, TEXT, strlen(TEXT), body), WEBPUSH_FAILED);
        EVP_PKEY_free(sender);
    }
}

/* --- subscriptions and what is told ------------------------------------------------------------------------------- */

#define SUBSCRIPTION(endpoint)                                                                 \
    "{\"endpoint\":\"" endpoint "\",\"expirationTime\":null,\"keys\":{\"p256dh\":\"" UA_PUBLIC \
    "\",\"auth\":\"" UA_AUTH "\"}}"

static void test_subscriptions_by_table(void **state)
{
    (void)state;
    static const struct {
        const char *token, *origin, *path;
    } CASES[] = {
        {SUBSCRIPTION("https://fcm.googleapis.com/fcm/send/abc:def-_"), "https://fcm.googleapis.com",
         "/fcm/send/abc:def-_"},
        {SUBSCRIPTION("https://Push.Example.org:8443/a?b=c"), "https://push.example.org:8443", "/a?b=c"},
        {SUBSCRIPTION("https://push.example.org:443/a"), "https://push.example.org", "/a"},
        {"{\"endpoint\":\"https://a.example/x\",\"keys\":{\"p256dh\":\"" UA_PUBLIC "=\",\"auth\":\"" UA_AUTH "==\"}}",
         "https://a.example", "/x"},
        {SUBSCRIPTION("http://127.0.0.1:8191/webpush/x"), "http://127.0.0.1:8191", "/webpush/x"},
        {SUBSCRIPTION("http://127.0.0.1:8192/webpush/x"), NULL, NULL},
        {SUBSCRIPTION("http://push.example.org/x"), NULL, NULL},
        {SUBSCRIPTION("https://user@push.example.org/x"), NULL, NULL},
        {SUBSCRIPTION("https://user:word@push.example.org/x"), NULL, NULL},
        {SUBSCRIPTION("https://push.example.org/x#y"), NULL, NULL},
        {SUBSCRIPTION("https://push.example.org/x y"), NULL, NULL},
        {SUBSCRIPTION("https://push.example.org/x\\r\\nA: b"), NULL, NULL},
        {SUBSCRIPTION("https://bücher.example/x"), NULL, NULL},
        {SUBSCRIPTION("file:///etc/passwd"), NULL, NULL},
        {SUBSCRIPTION("/x"), NULL, NULL},
        {SUBSCRIPTION(""), NULL, NULL},
        {"{\"endpoint\":7,\"keys\":{\"p256dh\":\"" UA_PUBLIC "\",\"auth\":\"" UA_AUTH "\"}}", NULL, NULL},
        {"{\"endpoint\":\"https://a.example/x\",\"keys\":{\"p256dh\":\"" UA_AUTH "\",\"auth\":\"" UA_AUTH "\"}}", NULL,
         NULL},
        {"{\"endpoint\":\"https://a.example/x\",\"keys\":{\"p256dh\":\"" UA_PUBLIC "\",\"auth\":\"" UA_PUBLIC "\"}}",
         NULL, NULL},
        {"{\"endpoint\":\"https://a.example/x\",\"keys\":{\"p256dh\":\"" UA_PUBLIC "\"}}", NULL, NULL},
        {"{\"endpoint\":\"https://a.example/x\"}", NULL, NULL},
        {"[]", NULL, NULL},
        {"sim-1", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct webpush_subscription read = {0};
        bool is_good = webpush_subscription_read(ctx, CASES[i].token, "http://127.0.0.1:8191", &read);
        if (is_good != (CASES[i].origin != NULL))
            fail_msg("%s", CASES[i].token);
        if (!is_good)
            continue;
        assert_string_equal(read.origin, CASES[i].origin);
        assert_string_equal(read.path, CASES[i].path);
    }
    struct webpush_subscription read = {0};
    assert_false(webpush_subscription_read(ctx, SUBSCRIPTION("http://127.0.0.1:8191/x"), "", &read));
}

static void test_a_worker_is_told_what_to_show_and_to_open(void **state)
{
    (void)state;
    struct push_message push = {
        .notification = {{0xab}}, .kind = "meeting_scheduled", .url = "/app/hop/1", .title = "Sổ tay", .body = "Mới"};
#define ID "\"ab000000-0000-0000-0000-000000000000\""
#define TOLD(body)                                                                                      \
    "{\"notification_id\":" ID ",\"kind\":\"meeting_scheduled\",\"url\":\"/app/hop/1\",\"tag\":" ID "," \
    "\"title\":\"Sổ tay\",\"body\":\"" body "\"}"
    assert_string_equal(webpush_payload(ctx, &push), TOLD("Mới"));
    char *body = mem_array(ctx, char, WEBPUSH_TEXT_BYTES + 1);
    memset(body, 'a', WEBPUSH_TEXT_BYTES);
    push.body = body;
    assert_string_equal(webpush_payload(ctx, &push), TOLD(""));
    push.title = body;
    assert_null(webpush_payload(ctx, &push));
#undef TOLD
#undef ID
}

/* --- where connections go ----------------------------------------------------------------------------------------- */

static bool is_public(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return public_address((const struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
    return public_address((const struct sockaddr *)&six);
}

static void test_public_addresses_by_table(void **state)
{
    (void)state;
    static const char *const PUBLIC[] = {"1.1.1.1",         "9.255.255.255",   "11.0.0.0",    "100.63.255.255",
                                         "100.128.0.0",     "126.255.255.255", "128.0.0.0",   "172.15.255.255",
                                         "172.32.0.0",      "192.167.255.255", "192.169.0.0", "198.20.0.0",
                                         "223.255.255.255", "2606:4700::1111", "2a00:1450::1"};
    static const char *const OTHERS[] = {"0.0.0.0",
                                         "10.0.0.1",
                                         "100.64.0.1",
                                         "100.127.255.255",
                                         "127.0.0.1",
                                         "127.255.255.255",
                                         "169.254.169.254",
                                         "172.16.0.1",
                                         "172.31.255.255",
                                         "192.0.0.8",
                                         "192.0.2.1",
                                         "192.88.99.1",
                                         "192.168.1.1",
                                         "198.18.0.1",
                                         "198.19.255.255",
                                         "198.51.100.1",
                                         "203.0.113.9",
                                         "224.0.0.1",
                                         "240.0.0.1",
                                         "255.255.255.255",
                                         "::",
                                         "::1",
                                         "::ffff:8.8.8.8",
                                         "::8.8.8.8",
                                         "64:ff9b::808:808",
                                         "fc00::1",
                                         "fd12::1",
                                         "fe80::1",
                                         "ff02::1",
                                         "2001::1",
                                         "2001:db8::1",
                                         "2002:7f00:1::",
                                         "3fff::1"};
    for (size_t i = 0; i < ARRAY_LENGTH(PUBLIC); i++)
        if (!is_public(PUBLIC[i]))
            fail_msg("%s", PUBLIC[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(OTHERS); i++)
        if (is_public(OTHERS[i]))
            fail_msg("%s", OTHERS[i]);
    const struct sockaddr local = {.sa_family = AF_UNIX};
    assert_false(public_address(&local));
}

/* --- the server's own key ----------------------------------------------------------------------------------------- */

/* A new private key in a file, and its public half in PEM. */
static const char *make_key(const char *curve, char **ret_public_pem)
{
    char *path = mem_text(ctx, "/tmp/sotay-vapid-XXXXXX"), *text = NULL;
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    EVP_PKEY *key = EVP_EC_gen(curve);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    long n = BIO_get_mem_data(bio, &text);
    *ret_public_pem = mem_textn(ctx, text, (size_t)n);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return path;
}

static void test_a_signature_names_the_service_and_ends_within_a_day(void **state)
{
    (void)state;
    char *public_pem;
    const char *path = make_key("P-256", &public_pem);
    struct vapid *vapid;
    jwt_t *jwt = NULL;
    const int64_t now_s = clock_now_us() / CLOCK_SECOND_US;
    assert_int_equal(vapid_new(ctx, path, "mailto:a@example.org", &vapid), ERR_OK);
    char *field = vapid_authorization(ctx, vapid, "https://push.example.org", now_s);
    assert_memory_equal(field, "vapid t=", 8);
    char *token = field + 8, *end = strstr(token, ", k=");
    assert_string_equal(end + 4, vapid_public_key(vapid));
    *end = '\0';
    assert_int_equal(jwt_decode(&jwt, token, (const uint8_t *)public_pem, (int)strlen(public_pem)), 0);
    assert_int_equal(jwt_get_alg(jwt), JWT_ALG_ES256);
    assert_string_equal(jwt_get_grant(jwt, "aud"), "https://push.example.org");
    assert_string_equal(jwt_get_grant(jwt, "sub"), "mailto:a@example.org");
    assert_int_equal(jwt_get_grant_int(jwt, "exp"), now_s + VAPID_LIFETIME_S);
    assert_true(VAPID_LIFETIME_S <= 24 * 3600);
    jwt_free(jwt);
    (void)unlink(path);
}

static void test_a_key_that_is_none_of_p256_stops_the_start(void **state)
{
    (void)state;
    char *public_pem;
    struct vapid *vapid;
    const char *path = make_key("P-384", &public_pem);
    assert_int_equal(vapid_new(ctx, path, "", &vapid), ERR_CONFIG);
    assert_int_equal(vapid_new(ctx, "/nowhere", "", &vapid), ERR_CONFIG);
    assert_int_equal(vapid_new(ctx, "/dev/null", "", &vapid), ERR_CONFIG);
    (void)unlink(path);
}

/* --- the provider ------------------------------------------------------------------------------------------------- */

static void test_answers_of_push_services_by_table(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *word;
        int retry_after_s;
        enum push_status is;
        bool gone;
        int waits_s;
    } CASES[] = {
        {201, "", 0, PUSH_DELIVERED, false, 0},
        {202, "", 0, PUSH_DELIVERED, false, 0},
        {404, "", 0, PUSH_DEAD, true, 0},
        {410, "", 0, PUSH_DEAD, true, 0},
        {400, "INVALID_SUBSCRIPTION", 0, PUSH_DEAD, true, 0},
        {400, "TOO_LARGE", 0, PUSH_DEAD, false, 0},
        {400, "", 0, PUSH_DEAD, false, 0},
        {401, "", 0, PUSH_DEAD, false, 0},
        {403, "", 0, PUSH_DEAD, false, 0},
        {413, "", 0, PUSH_DEAD, false, 0},
        {301, "", 0, PUSH_DEAD, false, 0},
        {429, "", 7, PUSH_RETRYING, false, 7},
        {429, "", 0, PUSH_RETRYING, false, 60},
        {500, "", 0, PUSH_RETRYING, false, 0},
        {503, "", 120, PUSH_RETRYING, false, 120},
        {0, "", 0, PUSH_RETRYING, false, 0},
        {0, "", 30, PUSH_RETRYING, false, 30},
        {0, "NOT_SENT", 0, PUSH_RETRYING, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct push_answer answer = {CASES[i].status, CASES[i].word, CASES[i].retry_after_s};
        struct push_result result = PROVIDER_WEBPUSH.result(&answer);
        assert_int_equal(result.status, CASES[i].is);
        assert_int_equal(result.device_is_gone, CASES[i].gone);
        assert_int_equal(result.is_unsent, strcmp(answer.word, "NOT_SENT") == 0);
        assert_int_equal(result.wait_s, CASES[i].waits_s);
        assert_int_equal(result.retry_after_s, 0); /* one service's pace holds no other's */
        assert_int_equal(*result.code == '\0', result.status == PUSH_DELIVERED);
    }
}

static int listen_here(uint16_t *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static enum err read_config(const char *key_file, const char *loopback)
{
    char *path = mem_text(ctx, "/tmp/sotay-webpush-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    (void)fprintf(file, "webpush_key_file = %s\nwebpush_loopback = %s\n", key_file, loopback);
    assert_int_equal(fclose(file), 0);
    enum err err = config_read(path, PROVIDER_WEBPUSH.keys, PROVIDER_WEBPUSH.n_keys);
    (void)unlink(path);
    return err;
}

static int64_t soon_us(void)
{
    return clock_monotonic_us() + 8 * CLOCK_SECOND_US;
}

static void test_an_endpoint_in_our_own_network_is_never_connected_to(void **state)
{
    (void)state;
    char *public_pem;
    const char *path = make_key("P-256", &public_pem);
    void *loaded = NULL;
    uint16_t port;
    int fd = listen_here(&port);
    assert_int_equal(read_config(path, ""), ERR_OK);
    assert_int_equal(PROVIDER_WEBPUSH.load(ctx, &loaded), ERR_OK);
    assert_string_equal(PROVIDER_WEBPUSH.account(), "webpush");
    char *token = mem_printf(ctx, SUBSCRIPTION("https://127.0.0.1:%u/x"), port);
    struct push_message messages[] = {
        {.kind = "", .url = "", .title = "", .body = "", .token = token, .expires_at_us = CLOCK_DAY_US},
        {.kind = "", .url = "", .title = "", .body = "", .token = "sim-1", .expires_at_us = CLOCK_DAY_US}};
    assert_int_equal(PROVIDER_WEBPUSH.send(loaded, ctx, 0, soon_us(), messages, ARRAY_LENGTH(messages)), ERR_OK);
    assert_int_equal(messages[0].answer.status, 0);
    assert_string_equal(messages[1].answer.word, "INVALID_SUBSCRIPTION");
    assert_true(accept(fd, NULL, NULL) < 0);
    assert_int_equal(PROVIDER_WEBPUSH.send(loaded, ctx, 0, soon_us(), messages, 1), ERR_OK);
    assert_true(messages[0].answer.retry_after_s > 0); /* it is left alone for a while */
    PROVIDER_WEBPUSH.unload(loaded);
    close(fd);
    (void)unlink(path);
}

static void test_only_this_machine_may_be_named_for_tests(void **state)
{
    (void)state;
    char *public_pem;
    const char *path = make_key("P-256", &public_pem);
    void *loaded = NULL;
    static const char *const REFUSED[] = {"http://10.0.0.1:80", "https://127.0.0.1:80", "here"};
    for (size_t i = 0; i < ARRAY_LENGTH(REFUSED); i++) {
        assert_int_equal(read_config(path, REFUSED[i]), ERR_OK);
        assert_int_equal(PROVIDER_WEBPUSH.load(ctx, &loaded), ERR_CONFIG);
    }
    assert_int_equal(read_config(path, "http://127.0.0.1:8191"), ERR_OK);
    assert_int_equal(PROVIDER_WEBPUSH.load(ctx, &loaded), ERR_OK);
    PROVIDER_WEBPUSH.unload(loaded);
    (void)unlink(path);
    assert_int_equal(config_read(NULL, PROVIDER_WEBPUSH.keys, PROVIDER_WEBPUSH.n_keys), ERR_OK);
    assert_null(PROVIDER_WEBPUSH.account()); /* not configured */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_example_of_the_rfc_is_encrypted_as_it_says),
        cmocka_unit_test(test_no_two_messages_have_a_key_or_a_salt_in_common),
        cmocka_unit_test(test_a_point_off_the_curve_is_no_key),
        cmocka_unit_test(test_a_failure_of_our_own_says_nothing_of_the_browser),
        cmocka_unit_test(test_subscriptions_by_table),
        cmocka_unit_test(test_a_worker_is_told_what_to_show_and_to_open),
        cmocka_unit_test(test_public_addresses_by_table),
        cmocka_unit_test(test_a_signature_names_the_service_and_ends_within_a_day),
        cmocka_unit_test(test_a_key_that_is_none_of_p256_stops_the_start),
        cmocka_unit_test(test_answers_of_push_services_by_table),
        cmocka_unit_test(test_an_endpoint_in_our_own_network_is_never_connected_to),
        cmocka_unit_test(test_only_this_machine_may_be_named_for_tests),
    };
    return cmocka_run_group_tests_name("notification web push", tests, start, stop);
}
