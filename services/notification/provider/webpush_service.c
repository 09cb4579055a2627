#include "services/notification/provider/webpush_service.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <string.h>

enum { RENEWED_S = 3600, PAUSE_FIRST_S = 5, PAUSE_LONGEST_S = 600 };

struct service {
    const char *origin; /* NULL: a free place */
    struct h2 *h2;
    const char *authorization;
    int64_t signed_at_s;
    bool is_proven;
    int failures;          /* halved whenever it answers */
    int64_t left_until_us; /* monotonic: it is left alone */
    int64_t late_at_us;    /* webpush_order.h */
    int64_t used_us;       /* monotonic */
};

struct webpush_services {
    struct webpush_service_options options;
    struct service all[WEBPUSH_SERVICES_LIMIT];
};

struct webpush_services *webpush_services_new(TALLOC_CTX *ctx, const struct webpush_service_options *options)
{
    struct webpush_services *services = mem_new(ctx, struct webpush_services);
    services->options = *options;
    return services;
}

static struct service *find(const struct webpush_services *services, const char *origin)
{
    for (size_t i = 0; i < WEBPUSH_SERVICES_LIMIT; i++)
        if (services->all[i].origin && strcmp(services->all[i].origin, origin) == 0)
            return (struct service *)(uintptr_t)&services->all[i];
    return NULL;
}

/* --- what is remembered ------------------------------------------------------------------------------------------- */

/* Free places come first. Whoever is left alone is worth being remembered: else many names would share no pause. */
static int worth(const struct service *service, int64_t now_us)
{
    if (!service->origin)
        return 0;
    return service->is_proven ? 3 : service->left_until_us > now_us ? 2 : 1;
}

static bool is_spared_rather(const struct service *one, const struct service *other, int64_t now_us)
{
    int worth_of_one = worth(one, now_us), worth_of_other = worth(other, now_us);
    return worth_of_one != worth_of_other ? worth_of_one < worth_of_other : one->used_us < other->used_us;
}

static void forget(struct service *service)
{
    mem_free(service->h2);
    mem_free((void *)(uintptr_t)service->authorization);
    mem_free((void *)(uintptr_t)service->origin);
    *service = (struct service){0};
}

static struct service *place_for(struct webpush_services *services, const char *origin)
{
    struct service *place = &services->all[0];
    int64_t now_us = clock_monotonic_us();
    for (size_t i = 1; i < WEBPUSH_SERVICES_LIMIT; i++)
        if (is_spared_rather(&services->all[i], place, now_us))
            place = &services->all[i];
    forget(place);
    place->origin = mem_text(services, origin);
    return place;
}

static struct service *take(struct webpush_services *services, const char *origin)
{
    struct service *service = find(services, origin);
    if (!service)
        service = place_for(services, origin);
    service->used_us = clock_monotonic_us();
    return service;
}

void webpush_service_recall(const struct webpush_services *services, struct webpush_turn *turn)
{
    const struct service *service = find(services, turn->origin);
    turn->is_proven = service && service->is_proven;
    turn->late_at_us = service ? service->late_at_us : 0;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

/* The wall's clock, which a demo's offset does not move: the services live by it. */
static bool sign(struct webpush_services *services, struct service *service)
{
    int64_t now_s = clock_now_us() / CLOCK_SECOND_US;
    bool is_good = service->authorization && now_s >= service->signed_at_s &&
                   now_s - service->signed_at_s < VAPID_LIFETIME_S - RENEWED_S;
    if (is_good)
        return true;
    mem_free((void *)(uintptr_t)service->authorization);
    service->signed_at_s = now_s;
    service->authorization = vapid_authorization(services, services->options.vapid, service->origin, now_s);
    if (!service->authorization)
        log_error("vapid_signing_failed", "origin=%s", service->origin);
    return service->authorization != NULL;
}

/* A connection for as long as the service is trusted as it is now. */
static enum err open_service(struct webpush_services *services, struct service *service)
{
    const struct webpush_service_options *options = &services->options;
    const struct h2_options h2 = {.url = service->origin,
                                  .connections = service->is_proven ? options->connections : 1,
                                  .streams = options->streams,
                                  .timeout_ms = WEBPUSH_SERVICE_MS,
                                  .public_only = strcmp(service->origin, options->loopback) != 0};
    return service->h2 ? ERR_OK : h2_new(services, &h2, &service->h2);
}

static void leave_alone(struct service *service)
{
    int64_t s = PAUSE_FIRST_S;
    for (int i = 0; i < service->failures && s < PAUSE_LONGEST_S; i++)
        s *= 2;
    if (s > PAUSE_LONGEST_S)
        s = PAUSE_LONGEST_S;
    service->failures++;
    service->left_until_us = clock_monotonic_us() + s * CLOCK_SECOND_US;
    log_warn("push_service_unreachable", "origin=%s pause_s=%lld", service->origin, (long long)s);
}

static void trust(struct service *service, bool is_proven)
{
    if (service->is_proven == is_proven)
        return;
    service->is_proven = is_proven;
    mem_free(service->h2); /* the next is opened as it is trusted now */
    service->h2 = NULL;
}

enum err webpush_service_send(struct webpush_services *services, const char *origin, const struct h2_job *job,
                              const char **ret_authorization, int *ret_wait_s)
{
    struct service *service = take(services, origin);
    int64_t left_us = service->left_until_us - clock_monotonic_us();
    if (left_us > 0) {
        *ret_wait_s = (int)(left_us / CLOCK_SECOND_US) + 1;
        return ERR_UNAVAILABLE;
    }
    enum err err = sign(services, service) ? open_service(services, service) : ERR_UNAVAILABLE;
    if (err)
        return ERR_UNAVAILABLE;
    *ret_authorization = service->authorization;
    err = h2_send(service->h2, job);
    if (err) {
        service->late_at_us = clock_monotonic_us();
        trust(service, false);
        leave_alone(service);
    }
    return err;
}

void webpush_service_judge(struct webpush_services *services, const char *origin, const struct webpush_outcome *outcome)
{
    struct service *service = find(services, origin);
    if (!service || outcome->sent == 0)
        return;
    if (outcome->answered < outcome->sent || outcome->beyond_us > WEBPUSH_LATE_MS * INT64_C(1000))
        service->late_at_us = clock_monotonic_us();
    if (outcome->answered == 0) {
        trust(service, false);
        leave_alone(service);
        return;
    }
    if (outcome->taken > 0)
        trust(service, true);
    service->failures /= 2;
}
