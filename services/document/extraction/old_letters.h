/* Vietnamese of before Unicode. Documents that were set in fonts of TCVN3 (".VnTime") or of VNI ("VNI-Times") say other
 * letters than they show: "§¶ng", "Ñaûng" for "Đảng". They are recognised by what the whole document says, because
 * files do not tell the names of their fonts reliably; each line that has no letter of today's is read anew.
 *
 * What such fonts cannot tell apart stays as it is: the accents of TCVN3's capitals are lost. Its ư comes out as a
 * hyphen ("Th-êng", "nh-"), and is believed where a syllable can have one, but never between capitals ("NQ-TW").
 *
 * Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_EXTRACTION_OLD_LETTERS_H
#define SOTAY_DOCUMENT_EXTRACTION_OLD_LETTERS_H

#include "services/document/passage/line.h"
#include <stddef.h>
#include <talloc.h>

enum old_letters { OLD_LETTERS_NONE, OLD_LETTERS_TCVN3, OLD_LETTERS_VNI };

enum old_letters old_letters_of(const struct passage_line lines[], size_t n);
/* The line in letters of today, NFC; owned by ctx. */
const char *old_letters_read(TALLOC_CTX *ctx, enum old_letters letters, const char *text);
/* All lines of a document: nothing happens to one that is in letters of today. */
void old_letters_mend(TALLOC_CTX *ctx, struct passage_line lines[], size_t n);

#endif
