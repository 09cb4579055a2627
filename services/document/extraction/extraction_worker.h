/* A thread that reads files, one after the other, whoever published them at whatever instance. A job whose process died
 * is taken up by whoever sees that its lease has run out. */
#ifndef SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_WORKER_H
#define SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_WORKER_H

#include "common/service/service.h"

extern struct extraction_config {
    const char *blob_dir, *program;
    int64_t memory_mb, seconds, pages, output_mb;
} extraction_config;

MUST_CHECK enum err extraction_worker_start(
    struct service *service);      /* ERR_CONFIG: no program; ERR_INTERNAL: no thread */
void extraction_worker_stop(void); /* gives the file under way back */

#endif
