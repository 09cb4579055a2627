/* Passages: the text of a document, divided where one cites it. From lines, in reading order, to articles, clauses and
 * points, each with an address that stays as long as the text does ("dieu-4.khoan-2.diem-a"), the words in which it is
 * cited ("điểm a khoản 2 Điều 4"), its page and its own text, without that of the narrower ones behind it. What stands
 * before the first of them is "mo-dau"; a text without any is divided into paragraphs ("doan-3").
 *
 *   - A heading is believed only as the next number of its kind: "15. tháng 12" and "Điều 4 Quy chế" begin lines too.
 *   - What is quoted has no headings: a law that changes another one quotes its clauses. Neither have rows of tables
 *     and footnotes; these stand behind the text of their passage, which goes on overleaf.
 *   - "Nơi nhận" ends the text; "PHỤ LỤC", or the name of what is attached ("QUY CHẾ"), begins another, whose addresses
 *     begin with it and count anew.
 *   - Articles are numbered through all chapters; everything else anew in each that is wider.
 *   - A number that is there twice, or behind a missing article, is kept and marked as doubtful. Of two, the second and
 *     all that is in it say so: "dieu-2-lan-2.khoan-1".
 *
 * Pure; no line makes it fail. Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_H

#include "services/document/passage/line.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct passage {
    const char *address, *label, *text;
    int32_t page;
    size_t line;      /* where it begins, among the lines */
    bool is_doubtful; /* its number was there before, or one before it is missing */
};

/* Everything is owned by ctx. */
struct passage *passage_divide(TALLOC_CTX *ctx, const struct passage_line *lines, size_t n, size_t *ret_n);

#endif
