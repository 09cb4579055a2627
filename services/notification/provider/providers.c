#include "services/notification/provider/providers.h"

#include "common/base/array.h"
#include "services/notification/provider/fcm.h"

const struct provider *const PROVIDERS[] = {&PROVIDER_FCM};
const size_t PROVIDERS_COUNT = ARRAY_LENGTH(PROVIDERS);
