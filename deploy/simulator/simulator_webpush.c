#include "deploy/simulator/simulator_webpush.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

enum {
    BODY_BYTES = 4096,
    SALT_BYTES = 16,
    POINT_BYTES = 65,
    HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES,
    RECORD_LEAST_BYTES = 18, /* a delimiter, a tag, and at least a byte (RFC 8188, 2.1) */
    SIGNATURE_BYTES = 64,
    TOPIC_LIMIT = 32,
    DAY_S = 24 * 3600
};
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
static const char PATH[] = "/webpush/", DEAD[] = "/webpush/dead-";

bool simulator_webpush_is(const char *path)
{
    return strncmp(path, PATH, sizeof PATH - 1) == 0;
}

/* --- the signature (RFC 8292) ------------------------------------------------------------------------------------- */

/* Bytes of base64url; NULL: it is none. */
static uint8_t *from_base64(TALLOC_CTX *ctx, const char *text, size_t chars, size_t *ret_n)
{
    uint8_t *bytes = mem_array(ctx, uint8_t, chars + 1);
    bool read = sodium_base642bin(bytes, chars + 1, text, chars, NULL, ret_n, NULL,
                                  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
    return read ? bytes : NULL;
}

/* The value of a parameter of the scheme `vapid`, up to the next comma. */
static const char *parameter(TALLOC_CTX *ctx, const char *parameters, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = parameters; at; at = strchr(at, ',')) {
        at += strspn(at, ", ");
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return mem_textn(ctx, at + n + 1, strcspn(at + n + 1, ", "));
    }
    return NULL;
}

static EVP_PKEY *key_of_point(const uint8_t *point, size_t n)
{
    EVP_PKEY *curve = EVP_EC_gen("P-256"), *key = EVP_PKEY_new();
    bool made = n == POINT_BYTES && curve && key && EVP_PKEY_copy_parameters(key, curve) == 1 &&
                EVP_PKEY_set1_encoded_public_key(key, point, n) == 1;
    EVP_PKEY_free(curve);
    if (made)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* JWS has the two numbers side by side (RFC 7518, 3.4), OpenSSL wants them in DER. */
static uint8_t *der_of(const uint8_t *signature, int *ret_n)
{
    uint8_t *der = NULL;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, SIGNATURE_BYTES / 2, NULL);
    BIGNUM *s = BN_bin2bn(signature + SIGNATURE_BYTES / 2, SIGNATURE_BYTES / 2, NULL);
    *ret_n = ECDSA_SIG_set0(pair, r, s) == 1 ? i2d_ECDSA_SIG(pair, &der) : 0;
    ECDSA_SIG_free(pair); /* with the numbers */
    return der;
}

static bool is_signed(TALLOC_CTX *ctx, const char *token, size_t signed_chars, const char *key_text)
{
    size_t point_bytes = 0, signature_bytes = 0;
    const char *last = token + signed_chars + 1;
    const uint8_t *point = from_base64(ctx, key_text, strlen(key_text), &point_bytes);
    const uint8_t *signature = from_base64(ctx, last, strlen(last), &signature_bytes);
    EVP_PKEY *key = point ? key_of_point(point, point_bytes) : NULL;
    EVP_MD_CTX *check = EVP_MD_CTX_new();
    int der_bytes = 0;
    uint8_t *der = signature && signature_bytes == SIGNATURE_BYTES ? der_of(signature, &der_bytes) : NULL;
    bool is_good = key && der && EVP_DigestVerifyInit(check, NULL, EVP_sha256(), NULL, key) == 1 &&
                   EVP_DigestVerify(check, der, (size_t)der_bytes, (const uint8_t *)token, signed_chars) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(check);
    EVP_PKEY_free(key);
    return is_good;
}

static json_t *object_of(TALLOC_CTX *ctx, const char *text, size_t chars)
{
    size_t n = 0;
    const uint8_t *bytes = from_base64(ctx, text, chars, &n);
    return bytes ? json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static const char *claims_problem(const json_t *claims, const char *authority)
{
    const char *audience = json_string_value(json_object_get(claims, "aud"));
    const char *contact = json_string_value(json_object_get(claims, "sub"));
    const json_t *until = json_object_get(claims, "exp");
    int64_t left_s = json_integer_value(until) - clock_now_us() / CLOCK_SECOND_US;
    if (!audience || !authority || strncmp(audience, "http://", 7) != 0 || strcmp(audience + 7, authority) != 0)
        return "aud is another origin";
    if (!json_is_integer(until) || left_s <= 0 || left_s > DAY_S)
        return "exp is over or more than 24 hours ahead";
    if (json_object_get(claims, "sub") &&
        (!contact || (strncmp(contact, "mailto:", 7) && strncmp(contact, "https:", 6))))
        return "sub is no mailto: or https: address";
    return NULL;
}

/* NULL: nothing is wrong. */
static const char *token_problem(TALLOC_CTX *ctx, const char *token, const char *key, const char *authority)
{
    const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    if (!second || strchr(second + 1, '.'))
        return "t is no JWT";
    json_t *header = object_of(ctx, token, (size_t)(first - token));
    json_t *claims = object_of(ctx, first + 1, (size_t)(second - first - 1));
    const char *algorithm = json_string_value(json_object_get(header, "alg"));
    const char *problem = algorithm && strcmp(algorithm, "ES256") == 0 ? claims_problem(claims, authority)
                                                                       : "alg is not ES256";
    json_decref(header);
    json_decref(claims);
    return problem || is_signed(ctx, token, (size_t)(second - token), key) ? problem : "the signature is not k's";
}

static int check_signature(TALLOC_CTX *ctx, const struct simulator_request *request, const char *public_key,
                           const char **ret_problem)
{
    static const char SCHEME[] = "vapid ";
    const char *said = request->authorization;
    bool is_vapid = said && strncmp(said, SCHEME, sizeof SCHEME - 1) == 0;
    const char *token = is_vapid ? parameter(ctx, said + sizeof SCHEME - 1, "t") : NULL;
    const char *key = is_vapid ? parameter(ctx, said + sizeof SCHEME - 1, "k") : NULL;
    *ret_problem = token && key ? NULL : "Authorization must be: vapid t=…, k=…";
    if (*ret_problem)
        return 401;
    *ret_problem = *public_key && strcmp(key, public_key) != 0 ? "the subscription was made with another key"
                                                               : token_problem(ctx, token, key, request->authority);
    return *ret_problem ? 403 : 201;
}

/* --- the message -------------------------------------------------------------------------------------------------- */

static bool is_given(const char *field)
{
    return field && *field;
}

/* RFC 8030, 5.2 to 5.4 */
static const char *fields_problem(const struct simulator_request *request)
{
    static const char *const URGENCIES[] = {"very-low", "low", "normal", "high"};
    const char *ttl = request->ttl, *topic = request->topic, *urgency = request->urgency;
    bool is_known = !is_given(urgency);
    for (size_t i = 0; !is_known && i < ARRAY_LENGTH(URGENCIES); i++)
        is_known = strcmp(urgency, URGENCIES[i]) == 0;
    if (!is_given(ttl) || strspn(ttl, "0123456789") != strlen(ttl))
        return "TTL is required: a number of seconds";
    if (is_given(topic) && (strlen(topic) > TOPIC_LIMIT || strspn(topic, BASE64URL) != strlen(topic)))
        return "Topic is at most 32 characters of base64url";
    return is_known ? NULL : "Urgency is very-low, low, normal or high";
}

/* RFC 8291, 4: one record of aes128gcm, whose key id is the sender's point. */
static const char *body_problem(const struct simulator_request *request)
{
    const uint8_t *body = request->body;
    if (!request->content_encoding || strcmp(request->content_encoding, "aes128gcm") != 0)
        return "Content-Encoding must be aes128gcm";
    if (request->body_bytes < HEADER_BYTES + RECORD_LEAST_BYTES || body[SALT_BYTES + 4] != POINT_BYTES ||
        body[SALT_BYTES + 5] != 4)
        return "the body has no header of aes128gcm with a point of P-256";
    uint32_t record = (uint32_t)body[SALT_BYTES] << 24 | (uint32_t)body[SALT_BYTES + 1] << 16 |
                      (uint32_t)body[SALT_BYTES + 2] << 8 | body[SALT_BYTES + 3];
    return record < RECORD_LEAST_BYTES || request->body_bytes - HEADER_BYTES > record ? "the body is not one record"
                                                                                      : NULL;
}

int simulator_webpush_check(TALLOC_CTX *ctx, const struct simulator_request *request, const char *public_key,
                            const char **ret_problem)
{
    int status = strcmp(request->method, "POST") != 0 ? 405 : request->body_bytes > BODY_BYTES ? 413 : 201;
    *ret_problem = status == 405 ? "POST is the only method" : status == 413 ? "more than 4096 bytes" : NULL;
    if (status == 201)
        status = check_signature(ctx, request, public_key, ret_problem);
    if (status != 201)
        return status;
    *ret_problem = fields_problem(request);
    if (!*ret_problem)
        *ret_problem = body_problem(request);
    if (*ret_problem)
        return 400;
    *ret_problem = strncmp(request->path, DEAD, sizeof DEAD - 1) == 0 ? "the subscription has ended" : NULL;
    return *ret_problem ? 410 : 201;
}

json_t *simulator_webpush_message(TALLOC_CTX *ctx, const struct simulator_request *request)
{
    size_t room = sodium_base64_encoded_len(request->body_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    const char *body = sodium_bin2base64(mem_array(ctx, char, room), room, request->body, request->body_bytes,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return json_pack("{s:s, s:{s:s, s:s, s:s}, s:s}", "token", request->path, "headers", "ttl", request->ttl, "topic",
                     request->topic ? request->topic : "", "urgency", request->urgency ? request->urgency : "", "body",
                     body);
}
