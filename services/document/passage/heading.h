/* What a line of a document may be the heading of: "Điều 4. Trách nhiệm", "2. Cấp ủy …", "đ) Kết quả", "II- NHIỆM VỤ".
 * It is read from the line alone, so a line may be read in more than one way; whether it is a heading is known only
 * by what stands before it (passage.h). Lines are NFC; what is no UTF-8 is no letter. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_HEADING_H
#define SOTAY_DOCUMENT_PASSAGE_HEADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the widest to the narrowest: each closes those behind it. */
enum heading_kind {
    HEADING_PART,       /* Phần thứ nhất, PHẦN I */
    HEADING_LETTER,     /* A. TÌNH HÌNH */
    HEADING_CHAPTER,    /* Chương II */
    HEADING_SECTION,    /* Mục 1 */
    HEADING_SUBSECTION, /* Tiểu mục 1 */
    HEADING_ROMAN,      /* II- NHIỆM VỤ */
    HEADING_ARTICLE,    /* Điều 4. */
    HEADING_NUMBER,     /* 2. of an article, or of a party document's section */
    HEADING_SECOND,     /* 1.2. */
    HEADING_THIRD,      /* 1.2.3. */
    HEADING_POINT,      /* a) */
    HEADING_KINDS
};

enum { HEADING_NUMBERS = 3, HEADING_NUMBER_MOST = 999 };

struct heading {
    enum heading_kind kind;
    int numbers[HEADING_NUMBERS]; /* of 1.2.3 all three; of a letter or a point where it stands in the alphabet */
    int n_numbers;
    int added;        /* what was put in later: 4a is {4, 1}; 0: nothing */
    bool is_roman;    /* its number is printed so */
    bool is_sentence; /* what follows begins with a capital */
    bool begins;      /* or with a figure or a quotation: as headings do */
    bool is_empty;    /* nothing follows */
    bool is_loud;     /* what follows is in capitals */
};

enum { HEADING_WAYS = 2 };
/* How many ways there are to read it: 0 mostly, at most HEADING_WAYS. */
size_t heading_read(const char *line, struct heading ret_ways[HEADING_WAYS]);

/* Points come in the order a b c d đ e g h …; who types quickly writes e f g, and j, w, z. */
bool heading_point_follows(int last, int next);
int heading_last(const struct heading *heading); /* its own number: of 1.2.3 the 3 */

/* What ends the text that has articles: "Nơi nhận:", and who signs. */
bool heading_ends_text(const char *line);
/* "PHỤ LỤC II": the number that it says, 0 if it says none. */
bool heading_is_annex(const char *line, int *ret_number);
/* The name of something that is attached to a decision, alone in its line, "QUY CHẾ": its slug ("quy-che") and how one
 * cites it ("Quy chế"). */
bool heading_is_attachment(const char *line, const char **ret_slug, const char **ret_name);
/* A row of a table of contents: it ends with dots and a page. */
bool heading_is_contents(const char *line);

#endif
