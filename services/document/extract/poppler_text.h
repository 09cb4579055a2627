/* Poppler's C++ face, which alone gives text in the order in which it was written (columns stay apart), behind a C one.
 * Bytes are borrowed until it is closed. One thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_POPPLER_TEXT_H
#define SOTAY_DOCUMENT_EXTRACT_POPPLER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poppler_text;

/* Loads what poppler looks for in files, before there are none. */
void poppler_text_prepare(void);
/* NULL: it is no PDF. */
struct poppler_text *poppler_text_open(const char *bytes, size_t n);
bool poppler_text_is_locked(const struct poppler_text *text);
int poppler_text_pages(const struct poppler_text *text);
/* UTF-8 of a page, from 0, to be freed with free; NULL: it cannot be read. */
char *poppler_text_of_page(const struct poppler_text *text, int page, size_t *ret_n);
/* Words that stand upright and where, in points from the page's upper left corner; all to be freed with
 * poppler_text_free_words. NULL: it cannot be read. */
struct poppler_word {
    char *text;
    double left, top, bottom; /* so high is its font, not the letters that it has */
};
struct poppler_word *poppler_text_words(const struct poppler_text *text, int page, size_t *ret_n);
void poppler_text_free_words(struct poppler_word *words, size_t n);
/* The page as a picture in shades of grey, a byte each, rows of *ret_row_bytes; to be freed with free. NULL: it cannot
 * be drawn. */
unsigned char *poppler_text_draw(const struct poppler_text *text, int page, int dpi, int *ret_width, int *ret_height,
                                 int *ret_row_bytes);

struct poppler_picture {
    unsigned char *bytes; /* red, green and blue, a byte each; to be freed with free */
    int width, height, row_bytes;
};
/* The page as screens show it, so wide; less, where that would make it too high for any screen. False: it cannot be
 * drawn, or not all of its letters, as the file does not hold their fonts. */
bool poppler_text_paint(const struct poppler_text *text, int page, int width, struct poppler_picture *ret_picture);

#ifdef __cplusplus
}
#endif

#endif
