#include "common/pdf/pdf_text.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include <string.h>

static const char *const FAMILIES[] = {[PDF_SANS] = "Arimo", [PDF_CODE] = "Cousine", [PDF_SERIF] = "Tinos"};
#define PACKAGE "fonts-croscore"

static PangoFontDescription *describe(const struct pdf_style *style, double points)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, FAMILIES[style->font]);
    pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, style->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_font_description_set_size(font, (int)(points * PANGO_SCALE));
    return font;
}

/* --- fitting --- */

static void set_size(PangoLayout *layout, const struct pdf_style *style, double points)
{
    PangoFontDescription *font = describe(style, points);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

static bool fits(PangoLayout *layout, const struct pdf_style *style, double width, double *ret_height)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    *ret_height = (double)logical.height / PANGO_SCALE;
    return style->height <= 0 || (*ret_height <= style->height && (double)logical.width / PANGO_SCALE <= width);
}

void pdf_text_set(PangoLayout *layout, const struct pdf_style *style, const char *text, double width,
                  double *ret_height)
{
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, style->height > 0 ? PANGO_WRAP_WORD : PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    double points = style->size;
    set_size(layout, style, points);
    while (!fits(layout, style, width, ret_height) && points > style->least) {
        points = points - 0.5 > style->least ? points - 0.5 : style->least;
        set_size(layout, style, points);
    }
}

/* --- fonts --- */

static const char LETTERS[] =
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆFGHIÌỈĨÍỊJKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVWXYỲỶỸÝỴZ"
    "0123456789";

/* Where a family is missing another takes its place in silence: so the name is compared. */
static bool is_family(PangoFont *font, const char *family)
{
    PangoFontDescription *found = pango_font_describe(font);
    const char *name = pango_font_description_get_family(found);
    bool is = name && strcmp(name, family) == 0;
    pango_font_description_free(found);
    return is;
}

static bool has_all_letters(PangoFont *font)
{
    for (const char *at = LETTERS; *at; at = g_utf8_next_char(at))
        if (!pango_font_has_char(font, g_utf8_get_char(at)))
            return false;
    return true;
}

static bool is_there(PangoFontMap *map, PangoContext *context, const struct pdf_style *style)
{
    PangoFontDescription *wanted = describe(style, 10);
    PangoFont *font = pango_font_map_load_font(map, context, wanted);
    bool there = font && is_family(font, FAMILIES[style->font]) && has_all_letters(font);
    if (font)
        g_object_unref(font);
    pango_font_description_free(wanted);
    return there;
}

enum err pdf_check_fonts(void)
{
    static const struct pdf_style USED[] = {{.bold = false},
                                            {.bold = true},
                                            {.font = PDF_CODE, .bold = true},
                                            {.font = PDF_SERIF},
                                            {.font = PDF_SERIF, .bold = true},
                                            {.font = PDF_SERIF, .italic = true}};
    PangoFontMap *map = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(map);
    bool all = true;
    for (size_t i = 0; i < ARRAY_LENGTH(USED) && all; i++)
        all = is_there(map, context, &USED[i]);
    g_object_unref(context);
    g_object_unref(map);
    if (!all)
        log_error("font_missing", "families=%s,%s,%s package=%s", FAMILIES[PDF_SANS], FAMILIES[PDF_CODE],
                  FAMILIES[PDF_SERIF], PACKAGE);
    return all ? ERR_OK : ERR_CONFIG;
}
