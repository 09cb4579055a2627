#include "services/document/extract/poppler_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iconv.h>
#include <memory>
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>
#include <string>
#include <vector>

struct poppler_text {
    std::unique_ptr<poppler::document> document;
};

namespace
{
/* Poppler goes on without letters that it has no font for, and only complains. Of text that is not to be seen, as
 * behind a scan, it asks for none. */
bool lacks_font;

void hear_complaint(const std::string &complaint, void *)
{
    for (const char *words : {"find a font", "create a font"})
        lacks_font = lacks_font || complaint.find(words) != std::string::npos;
}

/* Poppler asks iconv for each page; while a converter is held its module stays loaded. */
void keep_converters()
{
    (void)iconv_open("UTF-16", "UTF-8");
    (void)iconv_open("UTF-8", "UTF-16");
    (void)poppler::ustring::from_utf8("a").to_utf8();
}

char *copy(const poppler::byte_array &bytes, size_t *ret_n)
{
    char *text = static_cast<char *>(std::malloc(bytes.size() + 1));
    if (text == nullptr)
        return nullptr;
    std::memcpy(text, bytes.data(), bytes.size());
    text[bytes.size()] = '\0';
    *ret_n = bytes.size();
    return text;
}
}

void poppler_text_prepare(void)
{
    poppler::set_debug_error_function(hear_complaint, nullptr);
    keep_converters();
}

struct poppler_text *poppler_text_open(const char *bytes, size_t n)
{
    try {
        std::unique_ptr<poppler::document> document(
            poppler::document::load_from_raw_data(bytes, static_cast<int>(n)));
        return document ? new poppler_text{std::move(document)} : nullptr;
    } catch (...) {
        return nullptr;
    }
}

bool poppler_text_is_locked(const struct poppler_text *text)
{
    return text->document->is_locked();
}

int poppler_text_pages(const struct poppler_text *text)
{
    return text->document->pages();
}

char *poppler_text_of_page(const struct poppler_text *text, int page, size_t *ret_n)
{
    try {
        std::unique_ptr<poppler::page> one(text->document->create_page(page));
        return one ? copy(one->text(poppler::rectf(), poppler::page::raw_order_layout).to_utf8(), ret_n) : nullptr;
    } catch (...) {
        return nullptr;
    }
}

struct poppler_word *poppler_text_words(const struct poppler_text *text, int page, size_t *ret_n)
{
    *ret_n = 0;
    try {
        std::unique_ptr<poppler::page> one(text->document->create_page(page));
        if (!one)
            return nullptr;
        std::vector<poppler::text_box> boxes = one->text_list();
        auto *words = static_cast<struct poppler_word *>(std::calloc(boxes.size() + 1, sizeof(struct poppler_word)));
        for (const poppler::text_box &box : boxes) {
            size_t n;
            poppler::rectf place = box.bbox();
            char *word = words != nullptr && box.rotation() == 0 ? copy(box.text().to_utf8(), &n) : nullptr;
            if (word != nullptr)
                words[(*ret_n)++] = {word, place.left(), place.top(), place.bottom()};
        }
        return words;
    } catch (...) {
        return nullptr; /* what memory was left for */
    }
}

void poppler_text_free_words(struct poppler_word *words, size_t n)
{
    for (size_t i = 0; words != nullptr && i < n; i++)
        std::free(words[i].text);
    std::free(words);
}

/* A page is drawn whole; of a size that no paper has, not at all. */
static bool is_of_paper(const poppler::page &page, int dpi)
{
    constexpr double PIXELS_MOST = 60e6;
    poppler::rectf size = page.page_rect();
    double pixels = size.width() / 72 * dpi * size.height() / 72 * dpi;
    return pixels >= 1 && pixels <= PIXELS_MOST;
}

namespace
{
bool take(const poppler::image &image, struct poppler_picture *ret_picture)
{
    size_t bytes = static_cast<size_t>(image.bytes_per_row()) * static_cast<size_t>(image.height());
    auto *copied = static_cast<unsigned char *>(image.is_valid() ? std::malloc(bytes) : nullptr);
    if (copied == nullptr)
        return false;
    std::memcpy(copied, image.const_data(), bytes);
    *ret_picture = {copied, image.width(), image.height(), image.bytes_per_row()};
    return true;
}

/* At which it is so wide. */
double dpi_of(const poppler::page &page, int width)
{
    constexpr double PIXELS_MOST = 10e6, POINTS = 72;
    poppler::rectf size = page.page_rect();
    bool lies = page.orientation() == poppler::page::landscape || page.orientation() == poppler::page::seascape;
    double least = 1 / PIXELS_MOST, across = std::max(lies ? size.height() : size.width(), least),
           down = std::max(lies ? size.width() : size.height(), least);
    return POINTS * std::min(width / across, std::sqrt(PIXELS_MOST / (across * down)));
}
}

unsigned char *poppler_text_draw(const struct poppler_text *text, int page, int dpi, int *ret_width, int *ret_height,
                                 int *ret_row_bytes)
{
    try {
        std::unique_ptr<poppler::page> one(text->document->create_page(page));
        struct poppler_picture picture;
        if (!one || !is_of_paper(*one, dpi))
            return nullptr;
        poppler::page_renderer renderer;
        renderer.set_image_format(poppler::image::format_gray8);
        if (!take(renderer.render_page(one.get(), dpi, dpi), &picture))
            return nullptr;
        *ret_width = picture.width;
        *ret_height = picture.height;
        *ret_row_bytes = picture.row_bytes;
        return picture.bytes;
    } catch (...) {
        return nullptr;
    }
}

bool poppler_text_paint(const struct poppler_text *text, int page, int width, struct poppler_picture *ret_picture)
{
    try {
        std::unique_ptr<poppler::page> one(text->document->create_page(page));
        if (!one)
            return false;
        poppler::page_renderer renderer;
        renderer.set_image_format(poppler::image::format_rgb24);
        renderer.set_render_hint(poppler::page_renderer::antialiasing);
        renderer.set_render_hint(poppler::page_renderer::text_antialiasing);
        double dpi = dpi_of(*one, width);
        lacks_font = false;
        return take(renderer.render_page(one.get(), dpi, dpi), ret_picture) && !lacks_font;
    } catch (...) {
        return false;
    }
}
