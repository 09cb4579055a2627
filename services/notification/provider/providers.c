#include "services/notification/provider/providers.h"

#include "common/base/array.h"
#include "services/notification/provider/fcm.h"
#include "services/notification/provider/webpush.h"

const struct provider *const PROVIDERS[] = {&PROVIDER_FCM, &PROVIDER_WEBPUSH};
const size_t PROVIDERS_COUNT = ARRAY_LENGTH(PROVIDERS);
