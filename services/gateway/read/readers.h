/* Who has read the notice of a meeting, or a document: its service says whom it is for, what the asker may see of them,
 * and who was told by a call or has acknowledged it; analytics who has read, a page of them; auth the phones of those
 * whose head asks. */
#ifndef SOTAY_GATEWAY_READERS_H
#define SOTAY_GATEWAY_READERS_H

struct query_step;
void readers_compose(struct query_step *step);
void readers_of_document_compose(struct query_step *step);

#endif
