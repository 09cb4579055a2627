/* An export as its member sees it. Pure; owned by ctx. */
#ifndef SOTAY_ANALYTICS_EXPORT_VIEW_H
#define SOTAY_ANALYTICS_EXPORT_VIEW_H

#include "common/base/clock.h"
#include "services/analytics/export/export_store.h"

#define EXPORT_LIFE_US CLOCK_DAY_US /* of the file, from when it is whole; and the most that it takes to make it */

Pb__TableExport *export_view(TALLOC_CTX *ctx, const struct export_job *job);

#endif
