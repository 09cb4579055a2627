/* Text of comma-separated files (RFC 4180), cell by cell, as spreadsheets take it: UTF-8 with a byte-order mark, which
 * they need for Vietnamese, and no cell of text that they would take for a formula. Pure; one thread at a time.
 *
 *     struct csv csv = {.ctx = ctx};
 *     csv_put(&csv, CSV_BOM "name,members\r\n");
 *     csv_text(&csv, name, CSV_NEXT);
 *     csv_number(&csv, members, CSV_END);        csv.bytes.items, csv.bytes.n */
#ifndef SOTAY_COMMON_CSV_H
#define SOTAY_COMMON_CSV_H

#include "common/base/array.h"
#include <stdbool.h>
#include <stdint.h>

#define CSV_BOM "\xef\xbb\xbf"
#define CSV_NEXT "," /* behind a cell, or behind a row's last one: */
#define CSV_END "\r\n"

struct csv {
    TALLOC_CTX *ctx;
    ARRAY(char) bytes;
};

void csv_put(struct csv *csv, const char *text); /* as it stands */
/* Quoted. One that begins with = + - @, a tab or a carriage return is prefixed. */
void csv_text(struct csv *csv, const char *text, const char *end);
void csv_number(struct csv *csv, int64_t number, const char *end);
/* What was put, as a string; nothing is put behind it. */
char *csv_finish(struct csv *csv);

#endif
