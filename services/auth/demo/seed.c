#include "services/auth/demo/seed.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/account/account_facts.h"
#include "services/auth/account/password.h"
#include "services/auth/account/totp.h"
#include "services/auth/demo/demo_store.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member_store.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/publish/pace.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_AT_ONCE = 500, LINE_BYTES = 512 };

struct seed {
    TALLOC_CTX *ctx;
    struct pg *pg;
    const char *password, *otp_file;
    char hash[PASSWORD_HASH_BYTES];
    int64_t now_us;
    struct pace pace;
};

static bool seed_options(int argc, char **argv, struct seed *seed)
{
    static const struct option OPTIONS[] = {
        {"password", required_argument, NULL, 'p'}, {"otp", required_argument, NULL, 'o'}, {0}};
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'p': seed->password = optarg; break;
        case 'o': seed->otp_file = optarg; break;
        default: return false;
        }
    }
    return seed->password && optind == argc;
}

/* --- accounts and devices --- */

static struct device device_of(TALLOC_CTX *ctx, const struct seed *seed, const struct uuid *member)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(member, text);
    struct device device = {.member = *member,
                            .device_id = "demo-phone",
                            .token = mem_printf(ctx, "sim-%s", text),
                            .app_version = "1.0.0",
                            .provider = PB__PROVIDER__PROVIDER_SIM,
                            .created_at_us = seed->now_us,
                            .registered_at_us = seed->now_us};
    device_hash_token(device.token, device.token_hash);
    return device;
}

static enum err seed_members(struct seed *seed, TALLOC_CTX *ctx, const struct ids *ids)
{
    struct ids fresh, with_phone;
    struct pg_args *put = device_store_put(ctx);
    const struct uuid cause = uuid_random_at(seed->now_us);
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, seed->now_us);
    pg_queue_sql(seed->pg, "BEGIN");
    enum err err = demo_store_add_accounts(seed->pg, ctx, ids->items, ids->n, seed->hash, seed->now_us, &fresh,
                                           &with_phone);
    if (err)
        return err;
    for (size_t i = 0; i < fresh.n; i++)
        loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &fresh.items[i],
                          &account_activated(ctx, &fresh.items[i], seed->now_us)->base);
    for (size_t i = 0; i < with_phone.n; i++) {
        struct device device = device_of(ctx, seed, &with_phone.items[i]);
        device_store_put_add(put, &device);
        loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &device.member, &device_registered(ctx, &device)->base);
    }
    pg_queue(seed->pg, put);
    loop_outbox_queue(outbox, seed->pg);
    pg_queue_sql(seed->pg, "COMMIT");
    return pg_flush(seed->pg);
}

static enum err seed_everybody(struct seed *seed)
{
    struct uuid after = {0};
    for (;;) {
        TALLOC_CTX *ctx = mem_context(seed->ctx, "members");
        struct ids ids;
        enum err err = pace_keep(seed->pg, &seed->pace);
        if (!err)
            err = member_store_ids_after(seed->pg, ctx, &after, MEMBERS_AT_ONCE, &ids);
        bool done = err || ids.n == 0;
        if (!done) {
            after = ids.items[ids.n - 1];
            err = seed_members(seed, ctx, &ids);
        }
        mem_free(ctx);
        if (err || done)
            return err;
    }
}

/* --- logins --- */

static const char *role_word(Pb__Role role)
{
    static const char *const WORDS[] = {"member",           "deputy_secretary", "secretary",
                                        "committee_member", "officer",          "admin"};
    return (unsigned)role < ARRAY_LENGTH(WORDS) ? WORDS[role] : "member";
}

static void print_ref(const Pb__BranchRef *ref, char between)
{
    struct uuid id;
    char text[UUID_TEXT_BYTES];
    if (uuid_from_pb(ref->id, &id))
        return;
    uuid_format(&id, text);
    (void)printf("%s%c%s", text, between, ref->name);
}

static void print_login(const Pb__Member *member)
{
    (void)printf("%s\t", member->card_number);
    print_ref(member->branch, '\t');
    for (size_t i = 0; i < member->n_roles; i++) {
        (void)printf("\t%s@", role_word(member->roles[i]->role));
        print_ref(member->roles[i]->organization, '@');
    }
    (void)printf("\n");
}

static enum err seed_login(struct seed *seed, TALLOC_CTX *ctx, const char *card, const char *secret)
{
    struct uuid id;
    bool found;
    Pb__Member *member = NULL;
    ProtobufCBinaryData sealed;
    enum err err = demo_store_find_member(seed->pg, ctx, card, &found, &id);
    if (!err && !found)
        err = ERR_NOT_FOUND;
    if (!err && *secret)
        err = totp_seal(ctx, keys_current(), secret, &sealed);
    if (!err && *secret)
        err = demo_store_set_totp(seed->pg, ctx, card, sealed);
    if (!err)
        err = member_view_store_read(seed->pg, ctx, &id, &member);
    if (!err && member)
        print_login(member);
    return err;
}

/* use,card_number,otp_secret: our own generator's file, without quotes. */
static enum err seed_logins(struct seed *seed)
{
    char line[LINE_BYTES];
    enum err err = ERR_OK;
    FILE *file = fopen(seed->otp_file, "re");
    if (!file)
        return ERR_NOT_FOUND;
    bool header = true;
    while (!err && fgets(line, sizeof line, file)) {
        char *rest = line, *use = strsep(&rest, ","), *card = strsep(&rest, ","), *secret = strsep(&rest, "\r\n");
        if (!header && use && card) {
            TALLOC_CTX *ctx = mem_context(seed->ctx, "login");
            err = seed_login(seed, ctx, card, secret ? secret : "");
            if (err)
                (void)fprintf(stderr, "seed-demo: %s of %s\n", card, seed->otp_file);
            mem_free(ctx);
        }
        header = false;
    }
    (void)fclose(file); /* read only */
    return err;
}

int seed_command(struct service *service, int argc, char **argv)
{
    struct seed seed = {.ctx = mem_context(NULL, "seed"), .now_us = service_now_us(service), .pace = pace_begin()};
    seed.pg = service_pg(service, seed.ctx);
    if (!seed_options(argc, argv, &seed)) {
        (void)fprintf(stderr, "seed-demo --password P [--otp FILE]\n");
        return EXIT_FAILURE;
    }
    enum err err = keys_open();
    if (!err)
        err = totp_init();
    if (!err)
        err = password_hash(seed.password, seed.hash);
    if (!err)
        err = seed_everybody(&seed);
    if (!err && seed.otp_file)
        err = seed_logins(&seed);
    if (!err)
        err = pace_end(seed.pg, "seed-demo");
    if (err)
        (void)fprintf(stderr, "seed-demo: %s: %s\n", err_word(err), pg_message(seed.pg));
    mem_free(seed.ctx);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
