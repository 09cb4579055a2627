/* What a photo's EXIF says of how it was held: any bytes, read in the sandbox. */
#include "services/document/extract/exif.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct exif_turn turn = exif_turn_of((const char *)data, n);
    fuzz_must(turn.quarters >= 0 && turn.quarters <= 3);
    return 0;
}
