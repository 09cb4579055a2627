/* Who has read the notice of a meeting: meeting says whom it is for, what the asker may see of them, and who was told
 * by a call; analytics who has read, a page of them; auth the phones of those whose head asks. */
#ifndef SOTAY_GATEWAY_READERS_H
#define SOTAY_GATEWAY_READERS_H

struct query_step;
void readers_compose(struct query_step *step);

#endif
