#include "services/document/extract/exif.h"

#include "common/base/array.h"
#include <stdint.h>
#include <string.h>

enum { MARK = 0xFF, SOS = 0xDA, APP1 = 0xE1, ORIENTATION = 0x0112, ENTRY_BYTES = 12, TIFF_BYTES = 8 };
static const char EXIF[] = "Exif\0"; /* and a second NUL */

struct bytes {
    const unsigned char *at;
    size_t n;
    bool is_little; /* endian */
};

static unsigned two(const struct bytes *bytes, size_t at)
{
    unsigned first = bytes->at[at], second = bytes->at[at + 1];
    return bytes->is_little ? second << 8 | first : first << 8 | second;
}

static size_t four(const struct bytes *bytes, size_t at)
{
    size_t first = two(bytes, at), second = two(bytes, at + 2);
    return bytes->is_little ? second << 16 | first : first << 16 | second;
}

/* Of the first directory of a TIFF, which is what EXIF is. 1: as it lies. */
static unsigned orientation_of(struct bytes tiff)
{
    if (tiff.n < TIFF_BYTES)
        return 1;
    tiff.is_little = tiff.at[0] == 'I';
    size_t directory = four(&tiff, 4);
    if (directory > tiff.n - 2)
        return 1;
    size_t entries = two(&tiff, directory);
    for (size_t i = 0, at = directory + 2; i < entries && at + ENTRY_BYTES <= tiff.n; i++, at += ENTRY_BYTES)
        if (two(&tiff, at) == ORIENTATION)
            return two(&tiff, at + 8);
    return 1;
}

/* Segments up to the picture itself: FF, what it is, its length with those two bytes. */
static unsigned find_orientation(const struct bytes *jpeg)
{
    for (size_t at = 2; at + 4 <= jpeg->n && jpeg->at[at] == MARK && jpeg->at[at + 1] != SOS;) {
        size_t n = two(jpeg, at + 2), body = at + 4;
        if (n < 2 || at + 2 + n > jpeg->n)
            return 1;
        if (jpeg->at[at + 1] == APP1 && n - 2 > sizeof EXIF && memcmp(jpeg->at + body, EXIF, sizeof EXIF) == 0)
            return orientation_of((struct bytes){jpeg->at + body + sizeof EXIF, n - 2 - sizeof EXIF, false});
        at += 2 + n;
    }
    return 1;
}

struct exif_turn exif_turn_of(const char *bytes, size_t n)
{
    static const struct exif_turn TURNS[] = {{0, false}, {0, false}, {0, true}, {2, false}, {2, true},
                                             {1, true},  {1, false}, {3, true}, {3, false}};
    const struct bytes jpeg = {(const unsigned char *)bytes, n, false};
    unsigned orientation = n > 4 && jpeg.at[0] == MARK && jpeg.at[1] == 0xD8 ? find_orientation(&jpeg) : 1;
    return TURNS[orientation < ARRAY_LENGTH(TURNS) ? orientation : 0];
}
