/* Answers put together from several services: `compose` of their routes (queries.h). */
#ifndef SOTAY_GATEWAY_COMPOSITES_H
#define SOTAY_GATEWAY_COMPOSITES_H

struct query_step;
/* The meeting's pack, with its documents as the service document shows them to the same scope. */
void composite_pack(struct query_step *step);
/* The marks of meeting, document and analytics, merged by subject: a page is a page of each, of up to `limit`. Each has
 * an order of its own, so that what they know of one subject may come in two pages; no mark of a service is left out or
 * named twice. */
void composite_marks(struct query_step *step);

#endif
