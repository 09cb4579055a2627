/* A roster file: any bytes. Every row has the fields of its header, as texts without line ends. */
#include "common/base/mem.h"
#include "services/auth/import/import_file.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void read_row(const struct roster_header *header, const char *const fields[])
{
    struct roster_organization organization;
    struct roster_member member;
    const char *at_fault = NULL;
    enum err err = header == &ROSTER_MEMBERS ? roster_read_member(fields, &member, &at_fault)
                                             : roster_read_organization(fields, &organization, &at_fault);
    fuzz_must((err == ERR_OK) == (at_fault == NULL));
}

static void read_all(TALLOC_CTX *ctx, const char *path, const struct roster_header *header)
{
    struct import_errors errors = {.ctx = ctx};
    struct import_file *file;
    const char *const *fields;
    int64_t line = 0, before = 0;
    if (import_file_open(ctx, path, "members.csv", header, &errors, &file) != ERR_OK)
        return;
    while ((fields = import_file_next(file, &line)) != NULL) {
        fuzz_must(line > before);
        before = line;
        for (size_t i = 0; i < header->n; i++)
            fuzz_must(!fields[i] || !strpbrk(fields[i], "\r\n"));
        read_row(header, fields);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uint8_t hash[IMPORT_HASH_BYTES];
    int64_t lines;
    char path[32];
    int fd = memfd_create("roster", MFD_CLOEXEC);
    fuzz_must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_roster");
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_all(ctx, path, &ROSTER_MEMBERS);
    read_all(ctx, path, &ROSTER_ORGANIZATIONS);
    fuzz_must(import_file_measure(path, hash, &lines) == ERR_OK);
    mem_free(ctx);
    (void)close(fd);
    return 0;
}
