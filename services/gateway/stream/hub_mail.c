#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"

enum { MAIL_MOST = 65536 };

void mail_init(struct mail *mail)
{
    pthread_condattr_t monotonic;
    pthread_mutex_init(&mail->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&mail->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* What must not be lost is as much as questions, streams and sessions are; of the rest, what nobody reads in time is a
 * gap: but for outcomes, most of which nobody here waits for. */
static bool has_room(const struct mail *mail, enum mail_what what)
{
    return mail->items.n < MAIL_MOST || what == MAIL_REACHES || what == MAIL_UNREAD || what == MAIL_OPENED ||
           what == MAIL_SESSION;
}

void mail_put(struct mail *mail, const struct mail_item *items, size_t n)
{
    if (n == 0)
        return;
    pthread_mutex_lock(&mail->lock);
    for (size_t i = 0; i < n; i++) {
        if (has_room(mail, items[i].what)) {
            array_add(NULL, &mail->items, items[i]);
        } else {
            mail->overflowed |= items[i].what != MAIL_SETTLED;
            mem_free(items[i].body);
        }
    }
    pthread_cond_signal(&mail->changed);
    pthread_mutex_unlock(&mail->lock);
}

void mail_stop(struct mail *mail)
{
    pthread_mutex_lock(&mail->lock);
    mail->stopping = true;
    pthread_cond_signal(&mail->changed);
    pthread_mutex_unlock(&mail->lock);
}

static void wait_until(struct mail *mail, int64_t until_us)
{
    const struct timespec until = {.tv_sec = until_us / CLOCK_SECOND_US,
                                   .tv_nsec = (long)(until_us % CLOCK_SECOND_US) * 1000};
    while (mail->items.n == 0 && !mail->stopping && clock_monotonic_us() < until_us)
        (void)pthread_cond_timedwait(&mail->changed, &mail->lock, &until);
}

static struct mail_items take_items(struct mail *mail)
{
    struct mail_items items = mail->items;
    if (mail->overflowed)
        array_add(NULL, &items, (struct mail_item){.what = MAIL_GAP});
    mail->items = (struct mail_items){0};
    mail->overflowed = false;
    return items;
}

bool mail_take(struct mail *mail, int64_t until_us, struct mail_items *ret_items)
{
    pthread_mutex_lock(&mail->lock);
    wait_until(mail, until_us);
    bool goes_on = !mail->stopping;
    *ret_items = take_items(mail);
    pthread_mutex_unlock(&mail->lock);
    return goes_on;
}
