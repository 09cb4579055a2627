#include "services/notification/provider/providers.h"

#include "services/notification/provider/fcm.h"

const struct provider *const PROVIDERS[] = {&PROVIDER_FCM};
const size_t PROVIDERS_COUNT = sizeof PROVIDERS / sizeof *PROVIDERS;
