/* Answers put together from several services. `ask` of their routes (queries.h). */
#ifndef SOTAY_GATEWAY_COMPOSITES_H
#define SOTAY_GATEWAY_COMPOSITES_H

struct query_step;
void composite_pack(struct query_step *step);  /* the meeting's pack, with its documents from document for the same scope */
void composite_marks(struct query_step *step); /* the marks of meeting, document and analytics, merged by subject */

#endif
