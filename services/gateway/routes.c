#include "services/gateway/routes.h"

#include "common/base/array.h"
#include "services/gateway/client_config.h"
#include "services/gateway/docs.h"
#include "services/gateway/edge/ops.h"
#include "services/gateway/openapi.h"
#include "services/gateway/read/app.h"
#include "services/gateway/read/calendar.h"
#include "services/gateway/read/catch_up.h"
#include "services/gateway/read/composites.h"
#include "services/gateway/read/content.h"
#include "services/gateway/read/export_content.h"
#include "services/gateway/read/home.h"
#include "services/gateway/read/own_data.h"
#include "services/gateway/read/page.h"
#include "services/gateway/read/paper.h"
#include "services/gateway/read/queries.h"
#include "services/gateway/read/readers.h"
#include "services/gateway/stream/stream.h"
#include "services/gateway/write/activity.h"
#include "services/gateway/write/blobs.h"
#include "services/gateway/write/direct.h"
#include "services/gateway/write/logout.h"
#include "services/gateway/write/operations.h"
#include "services/gateway/write/rehearsal.h"
#include "services/gateway/write/send.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/audit.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/calendar.pb-c.h"
#include "sotay/v1/discussion.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/export.pb-c.h"
#include "sotay/v1/home.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/notification.pb-c.h"
#include "sotay/v1/own_data.pb-c.h"
#include "sotay/v1/passage.pb-c.h"
#include "sotay/v1/preparation.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"
#include "sotay/v1/roster.pb-c.h"
#include "sotay/v1/rules.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"

/* Least roles, where no resource in the path can say more. */
#define DEPUTY (1U << PB__ROLE__ROLE_DEPUTY_SECRETARY)
#define SECRETARY (1U << PB__ROLE__ROLE_SECRETARY)
#define OFFICER (1U << PB__ROLE__ROLE_OFFICER)
#define ADMIN (1U << PB__ROLE__ROLE_ADMIN)

#define MESSAGE(name) &pb__##name##__descriptor

/* How a row begins. */
#define PUBLIC_DIRECT(m, p) \
    .method = (m), .path = (p), .kind = ROUTE_DIRECT, .run = direct_run, .access = ACCESS_PUBLIC, .status = 200
#define DIRECT(m, p)                                                                                 \
    .method = (m), .path = (p), .kind = ROUTE_DIRECT, .run = direct_run, .access = ACCESS_SIGNED_IN, \
    .service = SERVICE_AUTH
#define QUERY(m, p)                                                                                      \
    .method = (m), .path = (p), .kind = ROUTE_QUERY, .run = query_run, .run_at_once = query_from_memory, \
    .access = ACCESS_SIGNED_IN, .status = 200
#define COMMAND_BY(m, p, by) .method = (m), .path = (p), .kind = ROUTE_COMMAND, .run = (by), .access = ACCESS_SIGNED_IN
#define COMMAND(m, p) COMMAND_BY(m, p, send_command)
#define CUSTOM(m, p) .method = (m), .path = (p), .kind = ROUTE_CUSTOM, .access = ACCESS_SIGNED_IN
#define PAPER(p) CUSTOM("GET", p), .run = paper_get, .reply = MESSAGE(file), .status = 200
#define PUBLIC_CUSTOM(m, p) .method = (m), .path = (p), .kind = ROUTE_CUSTOM, .access = ACCESS_PUBLIC, .status = 200

/* Tags of an answer (proto/tags.def): there is one; one of the viewer; one of his branch and of each grant's
 * organisation; one of the id in a field of the request. */
#define THE(name)                           \
    {                                       \
        .source = TAGGED_ALL, .tag = (name) \
    }
#define OF_MEMBER(name)                        \
    {                                          \
        .source = TAGGED_MEMBER, .tag = (name) \
    }
#define OF_GRANTS(name)                        \
    {                                          \
        .source = TAGGED_GRANTS, .tag = (name) \
    }
#define OF(name, of)                                        \
    {                                                       \
        .source = TAGGED_FIELD, .tag = (name), .field = #of \
    }

/* How long an answer is kept: until its tags say otherwise, or, where counters and other services' facts show through,
 * a moment. */
#define LONG .lifetime_ms = 60000
#define SHORT .lifetime_ms = 500

static const struct route ROWS[] = {
#include "services/gateway/routes/documents.def"
#include "services/gateway/routes/me.def"
#include "services/gateway/routes/meetings.def"
#include "services/gateway/routes/members.def"
#include "services/gateway/routes/organizations.def"
#include "services/gateway/routes/preparation.def"
#include "services/gateway/routes/rest.def"
#include "sotay/v1/presence.pb-c.h"
};

const struct route_table routes = {ROWS, ARRAY_LENGTH(ROWS), app_get};
