#include "services/auth/process.h"

#include "common/pdf/pdf_text.h"
#include "services/auth/account/password.h"
#include "services/auth/account/totp.h"
#include "services/auth/import/import_worker.h"
#include "services/auth/session/keys.h"
#include "services/auth/upkeep.h"

enum err process_start(struct service *service)
{
    enum err err = keys_open();
    if (!err)
        err = totp_init();
    if (!err)
        err = pdf_check_fonts();
    if (!err)
        err = password_pool_start();
    if (!err)
        err = upkeep_start(service);
    return err ? err : import_worker_start(service);
}

void process_stop(struct service *service)
{
    (void)service;
    import_worker_stop();
    upkeep_stop();
    password_pool_stop();
}
