/* Where strangers' files are parsed: a process that has given up everything but computing, reading what it has already
 * opened and writing to it. No file is opened, no socket, no process is made, nothing becomes executable; memory and
 * time have an end. It needs no privilege and no namespace, and nobody leaves it.
 *
 *   no_new_privs   nothing that is executed could give it more; nothing is executed either
 *   rlimits        memory, CPU time, no new descriptors, no file grows
 *   Landlock       no file system, where the kernel has it
 *   seccomp        a list of calls; all others fail with EPERM, as libraries that look for their files expect
 *
 * Enter it before the first byte of the file is looked at, and after everything is loaded. One thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_SANDBOX_H
#define SOTAY_DOCUMENT_EXTRACT_SANDBOX_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct sandbox_limits {
    int64_t memory_bytes; /* of address space */
    int64_t cpu_seconds;
};

/* ERR_INTERNAL: something of it does not work here, and nothing may be parsed. */
MUST_CHECK enum err sandbox_enter(const struct sandbox_limits *limits);
/* False in a build whose sanitizer needs an address space without end. */
bool sandbox_limits_memory(void);

#endif
