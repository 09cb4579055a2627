/* What people read in passages and their citations. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_TEXTS_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_TEXTS_H

#define TEXT_KIND_RESOLUTION "Nghị quyết"
#define TEXT_KIND_DIRECTIVE "Chỉ thị"
#define TEXT_KIND_REGULATION "Quy định"
#define TEXT_KIND_GUIDELINE "Hướng dẫn"
#define TEXT_KIND_MATERIAL "Tài liệu"
#define TEXT_KIND_MINUTES "Biên bản"
#define TEXT_KIND_NEWS "Tin"
#define TEXT_KIND_EVENT "Sự kiện"
#define TEXT_KIND_FIGURES "Số liệu"

#define TEXT_GOES_ON "\n…"

#define TEXT_CITED_BY_NUMBER "%s, %s số %s"
#define TEXT_CITED_BY_TITLE "%s, %s “%s”"
#define TEXT_CITED_DAY " ngày %d/%d/%d"
#define TEXT_CITED_ISSUER " của %s"

#endif
