/* The push services that subscriptions name: a connection and a signature for each, and how far it is trusted. Browsers
 * say which they are, so one that is slow or never answers must hold no message to another. One thread. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_SERVICE_H
#define SOTAY_NOTIFICATION_WEBPUSH_SERVICE_H

#include "services/notification/provider/h2.h"
#include "services/notification/provider/vapid.h"
#include "services/notification/provider/webpush_order.h"

struct webpush_service_options { /* borrowed */
    const struct vapid *vapid;
    const char *loopback; /* the origin that is reached on this machine; "": none */
    unsigned connections, streams;
};

/* Remembered. Of more, those that were used longest ago are forgotten: first those that have proven nothing and are not
 * being left alone, proven ones last. */
enum { WEBPUSH_SERVICES_LIMIT = 256 };

struct webpush_services;
struct webpush_services *webpush_services_new(TALLOC_CTX *ctx, const struct webpush_service_options *options);

/* Fills what is remembered of it: is_proven, late_at_us. */
void webpush_service_recall(const struct webpush_services *services, struct webpush_turn *turn);

/* Sends a job to one service. `*ret_authorization` is set before the first request is asked for, and good until the
 * next call. One that could not be reached is left alone for a while, longer each time: *ret_wait_s then.
 * ERR_UNAVAILABLE: nothing was sent. */
MUST_CHECK enum err webpush_service_send(struct webpush_services *services, const char *origin,
                                         const struct h2_job *job, const char **ret_authorization, int *ret_wait_s);

/* What became of a job. */
struct webpush_outcome {
    size_t sent, answered, taken; /* requests; of these; of these those that said 2xx */
    int64_t beyond_us;            /* it took so much more than its messages' own time */
};
/* One that answers none has lost its trust and is left alone; one that leaves some without answer, or is slow, has its
 * turn after the others. */
void webpush_service_judge(struct webpush_services *services, const char *origin,
                           const struct webpush_outcome *outcome);

#endif
