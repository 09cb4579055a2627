#include "services/document/extract/scan.h"

#include <allheaders.h>
#include <string.h>
#include <tesseract/capi.h>

enum { PIXELS_MOST = 60 << 20, MEDIAN = 3, DARK = 128 };
/* Of a page with less ink nothing is read: tesseract finds words in dust. */
static const float INK_LEAST = 0.0003F, SURE_OF_ORIENTATION = 1.0F;

static TessBaseAPI *reader, *orienter;

bool scan_prepare(void)
{
    setMsgSeverity(L_SEVERITY_NONE);
    reader = TessBaseAPICreate();
    orienter = TessBaseAPICreate();
    return reader && orienter && TessBaseAPIInit2(reader, NULL, "vie", OEM_LSTM_ONLY) == 0 &&
           TessBaseAPIInit3(orienter, NULL, "osd") == 0;
}

/* --- putting it right --------------------------------------------------------------------------------------------- */

/* Each step takes the picture and gives the next; where it fails, the picture stays as it is. */
static PIX *replace(PIX *picture, PIX *next)
{
    if (next)
        pixDestroy(&picture);
    return next ? next : picture;
}

static bool is_blank(PIX *picture)
{
    PIX *ink = pixThresholdToBinary(picture, DARK);
    l_float32 fraction = 1;
    bool is_known = ink && pixForegroundFraction(ink, &fraction) == 0;
    pixDestroy(&ink);
    return is_known && fraction < INK_LEAST;
}

static PIX *turn_upright(PIX *picture)
{
    int degrees = 0;
    float is_sure = 0, script_is_sure = 0;
    const char *script = NULL;
    TessBaseAPISetImage2(orienter, picture);
    if (!TessBaseAPIDetectOrientationScript(orienter, &degrees, &is_sure, &script, &script_is_sure) ||
        is_sure < SURE_OF_ORIENTATION || degrees == 0)
        return picture;
    return replace(picture, pixRotateOrth(picture, (360 - degrees) / 90 % 4));
}

static PIX *put_right(PIX *picture)
{
    picture = replace(picture, pixBackgroundNormSimple(picture, NULL, NULL));
    picture = replace(picture, pixMedianFilter(picture, MEDIAN, MEDIAN));
    picture = replace(picture, pixDeskew(picture, 0));
    return turn_upright(picture);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* It writes Eth for Đ, which looks the same. */
static void write_text(char *text, struct output *output)
{
    for (char *at = text; (at = strstr(at, "\xC3\x90")) != NULL;)
        *at = '\xC4';
    output_text(output, text, strlen(text));
}

/* Takes the picture, of whatever depth. */
static void read_picture(PIX *picture, struct output *output)
{
    int dpi = pixGetXRes(picture) > 0 ? pixGetXRes(picture) : SCAN_DPI;
    picture = replace(picture, pixConvertTo8(picture, 0));
    if (!is_blank(picture)) {
        picture = put_right(picture);
        TessBaseAPISetImage2(reader, picture);
        TessBaseAPISetSourceResolution(reader, dpi);
        char *text = TessBaseAPIGetUTF8Text(reader);
        if (text)
            write_text(text, output);
        TessDeleteText(text);
        TessBaseAPIClear(reader);
    }
    pixDestroy(&picture);
}

void scan_page(const struct scan_picture *picture, struct output *output)
{
    PIX *pix = pixCreate(picture->width, picture->height, 8);
    if (!pix)
        return;
    for (int y = 0; y < picture->height; y++) {
        l_uint32 *line = pixGetData(pix) + (ptrdiff_t)y * pixGetWpl(pix);
        const unsigned char *row = picture->bytes + (ptrdiff_t)y * picture->row_bytes;
        for (int x = 0; x < picture->width; x++)
            SET_DATA_BYTE(line, x, row[x]);
    }
    read_picture(pix, output);
}

/* Before it is unpacked: a small file may be a picture of gigabytes. */
static bool is_too_large(const char *bytes, size_t n)
{
    l_int32 format, width, height, bits, samples, has_map;
    return pixReadHeaderMem((const l_uint8 *)bytes, n, &format, &width, &height, &bits, &samples, &has_map) != 0 ||
           (int64_t)width * height > PIXELS_MOST;
}

static l_int32 count_pages(const char *bytes, size_t n)
{
    l_int32 pages = 0;
    FILE *file = fopenReadFromMemory((const l_uint8 *)bytes, n);
    bool is_known = file && tiffGetCount(file, &pages) == 0;
    if (file)
        (void)fclose(file);
    return is_known ? pages : 0;
}

static enum extract_end extract_tiff(const char *bytes, size_t n, struct output *output)
{
    l_int32 pages = count_pages(bytes, n);
    output_total(output, pages);
    for (int64_t page = output->first - 1; page < pages; page++) {
        PIX *picture = output_is_full(output) ? NULL : pixReadMemTiff((const l_uint8 *)bytes, n, (l_int32)page);
        if (!picture)
            return output_is_full(output) ? EXTRACT_MORE : EXTRACT_BROKEN;
        output_page(output);
        read_picture(picture, output);
        output_spend(output, EFFORT_OF_SCAN);
    }
    return pages > 0 ? EXTRACT_DONE : EXTRACT_BROKEN;
}

enum extract_end scan_extract(const char *bytes, size_t n, struct output *output)
{
    if (is_too_large(bytes, n))
        return EXTRACT_TOO_LARGE;
    if (memcmp(bytes, "II", 2) == 0 || memcmp(bytes, "MM", 2) == 0)
        return extract_tiff(bytes, n, output);
    PIX *picture = pixReadMem((const l_uint8 *)bytes, n);
    if (!picture)
        return EXTRACT_BROKEN;
    output_page(output);
    read_picture(picture, output);
    return EXTRACT_DONE;
}
