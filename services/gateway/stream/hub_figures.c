#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"

enum { FIGURES_MOST = 4096 };

/* An organisation whose figures changed. */
struct figures {
    struct uuid organization;
    UT_hash_handle hh;
};

void figures_changed(struct hub *hub, const struct uuid *organization)
{
    struct figures *figures;
    HASH_FIND(hh, hub->figures, organization, sizeof *organization, figures);
    if (figures || hub->all_figures)
        return;
    if (HASH_COUNT(hub->figures) >= FIGURES_MOST) {
        hub->all_figures = true;
        return;
    }
    figures = mem_new(NULL, struct figures);
    figures->organization = *organization;
    HASH_ADD(hh, hub->figures, organization, sizeof figures->organization, figures);
}

void figures_clear(struct hub *hub)
{
    struct figures *figures, *next;
    HASH_ITER (hh, hub->figures, figures, next) {
        HASH_DEL(hub->figures, figures);
        mem_free(figures);
    }
    hub->all_figures = false;
}

static bool has_changed(const struct hub *hub, const struct uuid *organization)
{
    struct figures *figures;
    HASH_FIND(hh, hub->figures, organization, sizeof *organization, figures);
    return hub->all_figures || figures;
}

static bool is_named_before(const struct viewer *viewer, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (uuid_equal(&viewer->grants[i].organization, &viewer->grants[at].organization))
            return true;
    return false;
}

static void tell(struct client *client)
{
    const struct viewer viewer = client->viewer; /* telling him looks at him again */
    for (size_t i = 0; i < viewer.n_grants; i++)
        if (!is_named_before(&viewer, i) && has_changed(client->hub, &viewer.grants[i].organization))
            client_changed(client, &(struct event_cause){EVENT_ORGANIZATION, viewer.grants[i].organization}, 0);
}

void figures_tell(struct hub *hub)
{
    if (!hub->figures && !hub->all_figures)
        return;
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (client->member)
            tell(client);
    pthread_mutex_unlock(&hub->lock);
    figures_clear(hub);
}

void figures_catch_up(struct client *client)
{
    const struct viewer viewer = client->viewer;
    for (size_t i = 0; i < viewer.n_grants; i++)
        if (!is_named_before(&viewer, i))
            client_changed(client, &(struct event_cause){EVENT_ORGANIZATION, viewer.grants[i].organization}, 0);
}
