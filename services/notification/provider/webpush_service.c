#include "services/notification/provider/webpush_service.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <string.h>

enum { TIMEOUT_MS = 10000, RENEWED_S = 3600, PAUSE_FIRST_S = 5, PAUSE_LONGEST_S = 600 };

struct service {
    const char *origin; /* NULL: a free place */
    struct h2 *h2;
    const char *authorization;
    int64_t signed_at_s;
    bool is_proven;
    int failures;          /* since it last answered */
    int64_t left_until_us; /* monotonic: it is left alone */
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

/* Free places first, then those that never proved themselves. */
static bool is_spared_rather(const struct service *one, const struct service *other)
{
    if (!one->origin || !other->origin)
        return !one->origin;
    return one->is_proven != other->is_proven ? !one->is_proven : one->used_us < other->used_us;
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
    for (size_t i = 1; i < WEBPUSH_SERVICES_LIMIT; i++)
        if (is_spared_rather(&services->all[i], place))
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

bool webpush_service_is_proven(const struct webpush_services *services, const char *origin)
{
    const struct service *service = find(services, origin);
    return service && service->is_proven;
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
                                  .timeout_ms = service->is_proven ? TIMEOUT_MS : WEBPUSH_UNPROVEN_MS,
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
    struct h2_job timed = *job;
    timed.within_ms = (service->is_proven ? TIMEOUT_MS : WEBPUSH_UNPROVEN_MS) + (int64_t)job->n * WEBPUSH_MESSAGE_MS;
    err = h2_send(service->h2, &timed);
    if (err) {
        trust(service, false);
        leave_alone(service);
    }
    return err;
}

void webpush_service_judge(struct webpush_services *services, const char *origin, size_t sent, size_t answered,
                           size_t taken)
{
    struct service *service = find(services, origin);
    if (!service || sent == 0)
        return;
    if (answered < sent)
        trust(service, false);
    else if (taken > 0)
        trust(service, true);
    if (answered == 0)
        leave_alone(service);
    else
        service->failures = 0;
}
