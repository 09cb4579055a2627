/* What people read in passages and their citations. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_TEXTS_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_TEXTS_H

#define TEXT_GOES_ON "\n…"

#define TEXT_CITED_BY_NUMBER "%s, %s số %s"
#define TEXT_CITED_BY_TITLE "%s, %s “%s”"
#define TEXT_CITED_DAY " ngày %d/%d/%d"
#define TEXT_CITED_ISSUER " của %s"

#endif
