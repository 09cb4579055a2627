#include "services/document/extract/poppler_text.h"

#include <cstdlib>
#include <cstring>
#include <iconv.h>
#include <memory>
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>
#include <string>

struct poppler_text {
    std::unique_ptr<poppler::document> document;
};

namespace
{
void say_nothing(const std::string &, void *)
{
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
    poppler::set_debug_error_function(say_nothing, nullptr);
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
