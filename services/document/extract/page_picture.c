#include "services/document/extract/page_picture.h"

#include "common/base/array.h"
#include "services/document/extract/exif.h"
#include "services/document/extract/poppler_text.h"
#include <allheaders.h>
#include <limits.h>
#include <string.h>

/* Of a file, before it is unpacked: a small one may be a picture of gigabytes. A JPEG is read smaller than it is. */
enum { PIXELS_MOST = 60 << 20, REDUCTION_MOST = 8 };

void page_picture_prepare(void)
{
    setMsgSeverity(L_SEVERITY_NONE);
    poppler_text_prepare();
}

/* Each step takes the picture and gives the next; NULL: it failed. */
static PIX *replace(PIX *picture, PIX *next)
{
    pixDestroy(&picture);
    return next;
}

/* --- of a PDF ----------------------------------------------------------------------------------------------------- */

/* Most pages have no colours, and are half as large without. */
static bool is_grey(const struct poppler_picture *drawn)
{
    for (int y = 0; y < drawn->height; y++) {
        const unsigned char *at = drawn->bytes + (ptrdiff_t)y * drawn->row_bytes;
        for (int x = 0; x < drawn->width; x++, at += 3)
            if (at[0] != at[1] || at[0] != at[2])
                return false;
    }
    return true;
}

static PIX *picture_of(const struct poppler_picture *drawn)
{
    bool grey = is_grey(drawn);
    PIX *picture = pixCreate(drawn->width, drawn->height, grey ? 8 : 32);
    for (int y = 0; picture && y < drawn->height; y++) {
        const unsigned char *at = drawn->bytes + (ptrdiff_t)y * drawn->row_bytes;
        l_uint32 *line = pixGetData(picture) + (ptrdiff_t)y * pixGetWpl(picture);
        for (int x = 0; x < drawn->width; x++, at += 3)
            if (grey)
                SET_DATA_BYTE(line, x, at[0]);
            else
                composeRGBPixel(at[0], at[1], at[2], line + x);
    }
    return picture;
}

static enum extract_end draw_pdf(const struct sandboxed_file *file, int page, int width, PIX **ret_picture)
{
    struct poppler_picture drawn;
    struct poppler_text *text = file->n <= INT_MAX ? poppler_text_open(file->bytes, file->n) : NULL;
    if (!text)
        return EXTRACT_BROKEN;
    if (poppler_text_is_locked(text))
        return EXTRACT_LOCKED;
    if (page > poppler_text_pages(text))
        return EXTRACT_NO_PAGE;
    if (!poppler_text_paint(text, page - 1, width, &drawn))
        return EXTRACT_BROKEN;
    *ret_picture = picture_of(&drawn);
    return *ret_picture ? EXTRACT_DONE : EXTRACT_BROKEN;
}

/* --- of a picture ------------------------------------------------------------------------------------------------- */

static enum extract_end read_tiff(const l_uint8 *bytes, size_t n, int page, PIX **ret_picture)
{
    l_int32 format, width, height, bits, samples, resolution, has_map;
    if (readHeaderMemTiff(bytes, n, page - 1, &width, &height, &bits, &samples, &resolution, &has_map, &format))
        return page > 1 ? EXTRACT_NO_PAGE : EXTRACT_BROKEN;
    if ((int64_t)width * height > PIXELS_MOST)
        return EXTRACT_TOO_LARGE;
    *ret_picture = pixReadMemTiff(bytes, n, page - 1); /* those before it are not unpacked */
    return *ret_picture ? EXTRACT_DONE : EXTRACT_BROKEN;
}

/* As small as it may be read, and not less than is wanted. */
static int reduction_of(int width, int height, int wanted)
{
    int reduction = 1, least = width < height ? width : height;
    while (reduction < REDUCTION_MOST && least / (2 * reduction) >= wanted)
        reduction *= 2;
    return reduction;
}

static enum extract_end read_one(const l_uint8 *bytes, size_t n, int wanted, PIX **ret_picture)
{
    l_int32 format, width, height, bits, samples, has_map, warnings = 0;
    if (pixReadHeaderMem(bytes, n, &format, &width, &height, &bits, &samples, &has_map))
        return EXTRACT_BROKEN;
    bool is_jpeg = format == IFF_JFIF_JPEG;
    int reduction = is_jpeg ? reduction_of(width, height, wanted) : 1;
    if ((int64_t)(width / reduction) * (height / reduction) > PIXELS_MOST)
        return EXTRACT_TOO_LARGE;
    *ret_picture = is_jpeg ? pixReadMemJpeg(bytes, n, 0, reduction, &warnings, 0) : pixReadMem(bytes, n);
    return *ret_picture ? EXTRACT_DONE : EXTRACT_BROKEN;
}

static PIX *turn(PIX *picture, struct exif_turn turn)
{
    if (picture && turn.quarters > 0)
        picture = replace(picture, pixRotateOrth(picture, turn.quarters));
    if (picture && turn.is_mirrored)
        picture = replace(picture, pixFlipLR(NULL, picture));
    return picture;
}

/* Without a palette, on white where it is transparent, and as wide as is wanted. */
static PIX *make_plain(PIX *picture, int width)
{
    if (pixGetSpp(picture) == 4)
        picture = replace(picture, pixAlphaBlendUniform(picture, 0xFFFFFF00));
    if (picture)
        picture = replace(picture, pixConvertTo8Or32(picture, L_COPY, 0));
    if (picture && pixGetWidth(picture) > width)
        picture = replace(picture, pixScaleToSize(picture, width, 0));
    return picture;
}

static enum extract_end read_picture(const struct sandboxed_file *file, int page, int width, PIX **ret_picture)
{
    const l_uint8 *bytes = (const l_uint8 *)file->bytes;
    bool is_tiff = sandboxed_begins(file, "II") || sandboxed_begins(file, "MM");
    if (page > 1 && !is_tiff)
        return EXTRACT_NO_PAGE;
    enum extract_end end = is_tiff ? read_tiff(bytes, file->n, page, ret_picture)
                                   : read_one(bytes, file->n, width, ret_picture);
    if (end)
        return end;
    PIX *picture = turn(*ret_picture, exif_turn_of(file->bytes, file->n));
    *ret_picture = picture ? make_plain(picture, width) : NULL;
    return *ret_picture ? EXTRACT_DONE : EXTRACT_BROKEN;
}

/* ------------------------------------------------------------------------------------------------------------------ */

static bool is_picture(const struct sandboxed_file *file)
{
    static const char *const MAGICS[] = {"\x89PNG", "\xFF\xD8\xFF", "II*", "MM"};
    for (size_t i = 0; i < ARRAY_LENGTH(MAGICS); i++)
        if (sandboxed_begins(file, MAGICS[i]))
            return true;
    return false;
}

enum extract_end page_picture_make(const struct sandboxed_file *file, int page, int width, uint8_t **ret_png,
                                   size_t *ret_n)
{
    PIX *picture = NULL;
    enum extract_end end = EXTRACT_NO_PAGE;
    if (sandboxed_begins(file, "%PDF-"))
        end = draw_pdf(file, page, width, &picture);
    else if (is_picture(file))
        end = read_picture(file, page, width, &picture);
    return !end && pixWriteMemPng(ret_png, ret_n, picture, 0) ? EXTRACT_BROKEN : end;
}
