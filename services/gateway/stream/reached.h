/* Who sees a thing, as its service has said (envelope.proto, Reach), asked of many viewers. Pure; any thread. */
#ifndef SOTAY_GATEWAY_REACHED_H
#define SOTAY_GATEWAY_REACHED_H

#include "services/gateway/link/viewer.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stdint.h>

struct reached;
/* A copy that can be asked quickly; mem_free ends it. NULL: some id in it is none. */
struct reached *reached_new(const Pb__Reach *said);

uint64_t reached_version(const struct reached *reach);
bool reached_holds(const struct reached *reach, const struct viewer *viewer);
/* About how much memory it takes. */
size_t reached_bytes(const struct reached *reach);

#endif
