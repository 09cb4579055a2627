#include "services/directory/document_kind.h"

#include "common/base/array.h"
#include "sotay/v1/document.pb-c.h"
#include <stdbool.h>

const char *document_kind_word(int32_t kind)
{
    static const char *const WORDS[] = {
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION] = "Nghị quyết",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE] = "Chỉ thị",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_REGULATION] = "Quy định",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_GUIDELINE] = "Hướng dẫn",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_MATERIAL] = "Tài liệu",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_MINUTES] = "Biên bản",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS] = "Tin",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_EVENT] = "Sự kiện",
        [PB__DOCUMENT_KIND__DOCUMENT_KIND_FIGURES] = "Số liệu",
    };
    bool is_known = kind >= 0 && (size_t)kind < ARRAY_LENGTH(WORDS) && WORDS[kind];
    return is_known ? WORDS[kind] : "Văn bản";
}
