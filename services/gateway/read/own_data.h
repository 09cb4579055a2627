/* GET /v1/exports/{id}/content: what every service keeps of the member who asks, put together while he waits. `compose`
 * of its route (queries.h). A service that is away makes it fail: half of somebody's data would look like all. */
#ifndef SOTAY_GATEWAY_OWN_DATA_H
#define SOTAY_GATEWAY_OWN_DATA_H

struct query_step;
void own_data_compose(struct query_step *step);

#endif
