/* A fuzz target: one function that must survive any bytes. Built with libFuzzer it looks for new ones; linked with
 * replay.c it runs through the committed corpus, which every test run does under ASan and UBSan. */
#ifndef SOTAY_TESTS_FUZZ_H
#define SOTAY_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* What the target found is a fault, also where nothing crashes. */
static inline void fuzz_must(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
