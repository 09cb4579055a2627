/* The push services that subscriptions name: a connection and a signature for each, and how far it is trusted. Browsers
 * say which they are, so one that is slow or never answers must hold no message to another. One thread. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_SERVICE_H
#define SOTAY_NOTIFICATION_WEBPUSH_SERVICE_H

#include "services/notification/provider/h2.h"
#include "services/notification/provider/vapid.h"

struct webpush_service_options { /* borrowed */
    const struct vapid *vapid;
    const char *loopback; /* the origin that is reached on this machine; "": none */
    unsigned connections, streams;
};

enum { WEBPUSH_SERVICES_LIMIT = 64 }; /* remembered; of more, those that were used longest ago are forgotten */

struct webpush_services;
struct webpush_services *webpush_services_new(TALLOC_CTX *ctx, const struct webpush_service_options *options);

/* It has taken a message lately. */
bool webpush_service_is_proven(const struct webpush_services *services, const char *origin);

/* Sends a job to one service. `*ret_authorization` is set before the first request is asked for, and good until the
 * next call. One that has not proven itself gets WEBPUSH_UNPROVEN_MS for all of it, and WEBPUSH_MESSAGE_MS for each
 * message; one that could not be reached is left alone for a while, longer each time: *ret_wait_s then.
 * ERR_UNAVAILABLE: nothing was sent. */
enum { WEBPUSH_UNPROVEN_MS = 5000, WEBPUSH_MESSAGE_MS = 5 };
MUST_CHECK enum err webpush_service_send(struct webpush_services *services, const char *origin,
                                         const struct h2_job *job, const char **ret_authorization, int *ret_wait_s);

/* What became of a job: of how many requests how many were answered, and how many messages taken. */
void webpush_service_judge(struct webpush_services *services, const char *origin, size_t sent, size_t answered,
                           size_t taken);

#endif
