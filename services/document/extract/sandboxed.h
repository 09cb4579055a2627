/* How a program begins that parses a stranger's file and ends in the sandbox (sandbox.h): the file is its standard
 * input, further ones the descriptors behind the standard ones, and what it may use stands in its arguments. One
 * thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_SANDBOXED_H
#define SOTAY_DOCUMENT_EXTRACT_SANDBOXED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How it exits where the machine does not let it work, before it has looked at the file. */
enum { SANDBOXED_CANNOT_WORK = 71 };

struct sandboxed_file {
    const char *bytes;
    size_t n;
};

/* The arguments are n numbers, all more than 0. */
bool sandboxed_read_arguments(int argc, char **argv, int64_t numbers[], int n);
/* Nothing that its starter has open is inherited but what it is given, whatever the flags say; without its starter it
 * has nothing to do, and `seconds` are all it has, as that may have died before it could be told. */
bool sandboxed_stand_alone(int n_files, int64_t seconds);
/* File number 0 is the standard input. Its bytes stay as long as the process. */
bool sandboxed_map(int number, struct sandboxed_file *ret_file);

bool sandboxed_begins(const struct sandboxed_file *file, const char *magic);

#endif
