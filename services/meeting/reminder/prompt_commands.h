/* PromptBranches, which a timer says each morning; each sets the next. A service that starts sees to it that today's is
 * said, whatever became of yesterday's. */
#ifndef SOTAY_MEETING_PROMPT_COMMANDS_H
#define SOTAY_MEETING_PROMPT_COMMANDS_H

#include "common/service/service.h"

extern const struct loop_part PROMPT_COMMANDS_PART; /* the loop's thread */

/* Once, when the service starts; what was said today is not said again. */
MUST_CHECK enum err prompt_start(struct service *service);

#endif
