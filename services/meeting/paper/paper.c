#include "services/meeting/paper/paper.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/pdf/pdf_sheets.h"
#include "services/meeting/paper/paper_texts.h"
#include "services/meeting/roll/roll_view.h"

static const struct pdf_style TEXT = {.font = PDF_SERIF, .size = 13},
                              BOLD = {.font = PDF_SERIF, .bold = true, .size = 13},
                              ITALIC = {.font = PDF_SERIF, .italic = true, .size = 13},
                              TITLE = {.font = PDF_SERIF, .bold = true, .size = 15},
                              CELL = {.font = PDF_SERIF, .size = 11.5},
                              HEAD = {.font = PDF_SERIF, .bold = true, .size = 11.5};

static const struct pdf_column WHOLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_LEFT},
                               MIDDLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_CENTER},
                               LEFT_HALF = {0, PDF_SHEET_WIDTH * 0.46, PANGO_ALIGN_CENTER},
                               RIGHT_HALF = {PDF_SHEET_WIDTH * 0.48, PDF_SHEET_WIDTH * 0.52, PANGO_ALIGN_CENTER};

#define GAP 6.0
#define SIGNATURE_HEIGHT 130.0

struct paper {
    TALLOC_CTX *ctx; /* of what is said on it */
    struct pdf_sheets *sheets;
};

static struct paper paper_begin(TALLOC_CTX *ctx)
{
    return (struct paper){ctx, pdf_sheets_new(ctx)};
}

static void say(const struct paper *paper, const struct pdf_style *style, const char *text)
{
    pdf_sheets_write(paper->sheets, style, &WHOLE, text, GAP);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static const char *kind_text(Pb__MeetingKind kind)
{
    switch (kind) {
    case PB__MEETING_KIND__MEETING_KIND_THEMATIC: return PAPER_THEMATIC;
    case PB__MEETING_KIND__MEETING_KIND_EXTRAORDINARY: return PAPER_EXTRAORDINARY;
    case PB__MEETING_KIND__MEETING_KIND_EXECUTIVE: return PAPER_EXECUTIVE;
    default: return PAPER_REGULAR;
    }
}

static const char *meeting_text(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    int32_t month = meeting_month(meeting);
    return mem_printf(ctx, PAPER_OF_MONTH, kind_text(meeting->kind), month % 12 + 1, month / 12);
}

static const char *moment_text(TALLOC_CTX *ctx, int64_t at_us)
{
    int32_t date = clock_local_date(at_us);
    int minute = (int)((at_us - clock_date_start_us(date)) / CLOCK_MINUTE_US);
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return mem_printf(ctx, PAPER_MOMENT, minute / 60, minute % 60, day, month, year);
}

static const char *date_text(TALLOC_CTX *ctx, int64_t at_us)
{
    int year, month, day;
    clock_date_split(clock_local_date(at_us), &year, &month, &day);
    return mem_printf(ctx, PAPER_DATE, day, month, year);
}

static const char *capitals(TALLOC_CTX *ctx, const char *text)
{
    char *capital = g_utf8_strup(text, -1);
    char *kept = mem_text(ctx, capital);
    g_free(capital);
    return kept;
}

char *paper_file_name(TALLOC_CTX *ctx, const char *what, const struct meeting *meeting)
{
    int32_t month = meeting_month(meeting);
    return mem_printf(ctx, PAPER_FILE, what, month / 12, month % 12 + 1);
}

/* --- what all papers have in common ------------------------------------------------------------------------------- */

/* The organisation on the left, below its parent; the Party on the right, underlined. */
static void write_head(const struct paper *paper, const struct meeting_host *host, const char *parent)
{
    const struct pdf_cell above[] = {{&TEXT, LEFT_HALF, parent ? capitals(paper->ctx, parent) : NULL},
                                     {&BOLD, RIGHT_HALF, PAPER_PARTY}};
    const struct pdf_cell own[] = {{&BOLD, LEFT_HALF, capitals(paper->ctx, host->org.name)}};
    pdf_sheets_row(paper->sheets, above, ARRAY_LENGTH(above), false, 1);
    pdf_sheets_rule(paper->sheets, &RIGHT_HALF, 170, 3);
    pdf_sheets_row(paper->sheets, own, ARRAY_LENGTH(own), false, 0);
    pdf_sheets_write(paper->sheets, &BOLD, &LEFT_HALF, PAPER_STAR, 2);
}

static void write_dated_head(const struct paper *paper, const struct paper_subject *subject, int64_t at_us)
{
    write_head(paper, subject->host, subject->parent);
    pdf_sheets_write(paper->sheets, &ITALIC, &RIGHT_HALF, date_text(paper->ctx, at_us), 2 * GAP);
}

static void write_title(const struct paper *paper, const char *title, const char *of)
{
    pdf_sheets_write(paper->sheets, &TITLE, &MIDDLE, title, 2);
    pdf_sheets_write(paper->sheets, &BOLD, &MIDDLE, of, GAP);
}

/* A row of a table of four columns. */
enum { COLUMNS = 4 };
static void write_row(const struct paper *paper, const struct pdf_style *style, const double widths[COLUMNS],
                      const char *const texts[COLUMNS])
{
    struct pdf_cell cells[COLUMNS];
    double x = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        cells[i] = (struct pdf_cell){style, {x, widths[i], PANGO_ALIGN_LEFT}, texts[i]};
        x += widths[i];
    }
    pdf_sheets_row(paper->sheets, cells, COLUMNS, true, 0);
}

/* On one sheet, with room for names. */
static void write_signatures(const struct paper *paper, const char *left, const char *right)
{
    const struct pdf_cell who[] = {{&BOLD, LEFT_HALF, left}, {&BOLD, RIGHT_HALF, right}};
    const struct pdf_cell how[] = {{&ITALIC, LEFT_HALF, left ? PAPER_SIGN : NULL}, {&ITALIC, RIGHT_HALF, PAPER_SIGN}};
    pdf_sheets_need(paper->sheets, SIGNATURE_HEIGHT);
    pdf_sheets_row(paper->sheets, who, ARRAY_LENGTH(who), false, 0);
    pdf_sheets_row(paper->sheets, how, ARRAY_LENGTH(how), false, 0);
}

/* --- minutes ------------------------------------------------------------------------------------------------------ */

static void write_when_and_where(const struct paper *paper, const struct meeting *meeting)
{
    const char *from = moment_text(paper->ctx, meeting->starts_at_us);
    if (meeting->held_at_us > 0)
        say(paper, &TEXT, mem_printf(paper->ctx, PAPER_TIME_TO, from, moment_text(paper->ctx, meeting->held_at_us)));
    else
        say(paper, &TEXT, mem_printf(paper->ctx, PAPER_TIME, from));
    say(paper, &TEXT, mem_printf(paper->ctx, PAPER_PLACE, meeting->place));
}

/* If it was recorded: who came, of how many who count. */
static void write_attendance(const struct paper *paper, const struct meeting_attendance *attendance)
{
    if (attendance->revision > 0)
        say(paper, &TEXT,
            mem_printf(paper->ctx, PAPER_ATTENDANCE, (int)attendance->present, (int)attendance->base,
                       (int)attendance->excused, (int)attendance->unexcused, (int)attendance->exempt_present));
}

static void write_guests(const struct paper *paper, const char *head, const Pb__MinutesContent *content)
{
    say(paper, &BOLD, head);
    for (size_t i = 0; i < content->n_guests; i++) {
        const Pb__Guest *guest = content->guests[i];
        say(paper, &TEXT,
            *guest->title ? mem_printf(paper->ctx, PAPER_GUEST_TITLE, i + 1, guest->full_name, guest->title)
                          : mem_printf(paper->ctx, PAPER_GUEST, i + 1, guest->full_name));
    }
    if (content->n_guests == 0)
        say(paper, &TEXT, PAPER_NO_GUESTS);
}

static void write_conclusion(const struct paper *paper, const Pb__Minutes__Conclusion *conclusion)
{
    if (!conclusion) {
        say(paper, &TEXT, PAPER_NO_CONCLUSION);
        return;
    }
    if (*conclusion->text)
        say(paper, &TEXT, conclusion->text);
    if (conclusion->has_outcome)
        say(paper, &ITALIC,
            conclusion->outcome == PB__ITEM_OUTCOME__ITEM_OUTCOME_DONE ? PAPER_DONE : PAPER_CARRIED_OVER);
}

static void write_conclusions(const struct paper *paper, const struct meeting *meeting,
                              const Pb__MinutesContent *content)
{
    say(paper, &BOLD, PAPER_CONCLUSIONS);
    for (size_t i = 0; i < meeting->n_agenda; i++) {
        say(paper, &BOLD, mem_printf(paper->ctx, PAPER_TOPIC, i + 1, meeting->agenda[i].title));
        write_conclusion(paper, minutes_conclusion_on(content, &meeting->agenda[i].id));
    }
}

static void write_minutes(const struct paper *paper, const struct meeting *meeting, const Pb__MinutesContent *content,
                          bool is_published)
{
    write_title(paper, PAPER_MINUTES, meeting_text(paper->ctx, meeting));
    if (!is_published)
        pdf_sheets_write(paper->sheets, &ITALIC, &MIDDLE, PAPER_DRAFT, GAP);
    write_when_and_where(paper, meeting);
    write_attendance(paper, &meeting->attendance);
    write_guests(paper, PAPER_GUESTS, content);
    write_conclusions(paper, meeting, content);
    if (*content->text) {
        say(paper, &BOLD, PAPER_COURSE);
        say(paper, &TEXT, content->text);
    }
    write_signatures(paper, PAPER_SECRETARY, PAPER_CHAIR);
}

enum err paper_minutes(TALLOC_CTX *ctx, const struct paper_subject *subject, const struct minutes *minutes,
                       ProtobufCBinaryData *ret_pdf)
{
    struct paper paper = paper_begin(ctx);
    write_dated_head(&paper, subject, subject->meeting->starts_at_us);
    write_minutes(&paper, subject->meeting, minutes->content, minutes->published_at_us > 0);
    return pdf_sheets_end(paper.sheets, ret_pdf);
}

/* --- attendance --------------------------------------------------------------------------------------------------- */

static const double ROLL_WIDTHS[COLUMNS] = {34, 170, 112, PDF_SHEET_WIDTH - 34 - 170 - 112};

static const char *state_text(enum roll_standing standing, const struct roll_mark *mark)
{
    if (standing == ROLL_EXEMPT) {
        bool is_present = mark->has_state && mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT;
        return is_present ? PAPER_EXEMPT_PRESENT : PAPER_EXEMPT;
    }
    if (!mark->has_state)
        return PAPER_UNMARKED;
    switch (mark->state) {
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT: return PAPER_PRESENT;
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED: return PAPER_EXCUSED;
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT: return PAPER_EXEMPT;
    default: return PAPER_UNEXCUSED;
    }
}

/* When he checked in; or why he was not there. */
static const char *note_text(TALLOC_CTX *ctx, const struct roll_mark *mark)
{
    if (!mark->has_state || mark->how != ROLL_CHECK_IN)
        return roll_shown_reason(mark);
    int64_t midnight_us = clock_date_start_us(clock_local_date(mark->at_us));
    int minute = (int)((mark->at_us - midnight_us) / CLOCK_MINUTE_US);
    return mem_printf(ctx, PAPER_CHECKED_IN, minute / 60, minute % 60);
}

static void write_roll(const struct paper *paper, const struct meeting *meeting, const struct roll *roll)
{
    static const char *const HEADS[] = {PAPER_NUMBER_HEAD, PAPER_NAME_HEAD, PAPER_STATE_HEAD, PAPER_NOTE_HEAD};
    size_t n = 0;
    for (size_t i = 0; i < roll->n; i++) {
        const struct roll_person *person = &roll->people[i];
        enum roll_standing standing = roll_standing(meeting, person);
        if (standing == ROLL_NOT_ON_IT)
            continue;
        if (n++ == 0)
            write_row(paper, &HEAD, ROLL_WIDTHS, HEADS);
        const char *const texts[] = {mem_printf(paper->ctx, "%zu", n), person->full_name,
                                     state_text(standing, &person->mark), note_text(paper->ctx, &person->mark)};
        write_row(paper, &CELL, ROLL_WIDTHS, texts);
    }
    say(paper, &TEXT, n == 0 ? PAPER_ROLL_EMPTY : ""); /* what follows stands off from the table */
}

enum err paper_attendance(TALLOC_CTX *ctx, const struct paper_subject *subject, const struct paper_roll *roll,
                          ProtobufCBinaryData *ret_pdf)
{
    const struct meeting *meeting = subject->meeting;
    struct paper paper = paper_begin(ctx);
    write_dated_head(&paper, subject, meeting->starts_at_us);
    write_title(&paper, PAPER_ROLL, meeting_text(ctx, meeting));
    write_when_and_where(&paper, meeting);
    write_attendance(&paper, &meeting->attendance);
    write_roll(&paper, meeting, roll->roll);
    if (roll->minutes && roll->minutes->n_guests > 0)
        write_guests(&paper, PAPER_ROLL_GUESTS, roll->minutes);
    write_signatures(&paper, PAPER_ROLL_KEEPER, PAPER_CHAIR);
    return pdf_sheets_end(paper.sheets, ret_pdf);
}

/* --- invitation --------------------------------------------------------------------------------------------------- */

static void write_agenda(const struct paper *paper, const struct meeting *meeting)
{
    say(paper, &BOLD, PAPER_AGENDA);
    for (size_t i = 0; i < meeting->n_agenda; i++) {
        const struct agenda_item *item = &meeting->agenda[i];
        say(paper, &TEXT,
            item->minutes > 0 ? mem_printf(paper->ctx, PAPER_TOPIC_MINUTES, i + 1, item->title, (int)item->minutes)
                              : mem_printf(paper->ctx, PAPER_TOPIC, i + 1, item->title));
    }
}

enum err paper_invitation(TALLOC_CTX *ctx, const struct paper_subject *subject, ProtobufCBinaryData *ret_pdf)
{
    const struct meeting *meeting = subject->meeting;
    const struct meeting_host *host = subject->host;
    struct paper paper = paper_begin(ctx);
    write_dated_head(&paper, subject, meeting->registered_at_us);
    write_title(&paper, PAPER_INVITATION, meeting_text(ctx, meeting));
    say(&paper, &TEXT, PAPER_DEAR);
    say(&paper, &TEXT, mem_printf(ctx, PAPER_INVITES, host->org.name));
    write_when_and_where(&paper, meeting);
    write_agenda(&paper, meeting);
    say(&paper, &TEXT, PAPER_COME);
    if (host->contact_name && host->contact_phone)
        say(&paper, &TEXT, mem_printf(ctx, PAPER_CONTACT, host->contact_name, host->contact_phone));
    write_signatures(&paper, NULL, PAPER_INVITER);
    return pdf_sheets_end(paper.sheets, ret_pdf);
}

/* --- book --------------------------------------------------------------------------------------------------------- */

static const double BOOK_WIDTHS[COLUMNS] = {34, 92, 190, PDF_SHEET_WIDTH - 34 - 92 - 190};

static void write_register(const struct paper *paper, const struct paper_book *book)
{
    static const char *const HEADS[] = {PAPER_NUMBER_HEAD, PAPER_TIME_HEAD, PAPER_MEETING_HEAD, PAPER_RESOLUTION_HEAD};
    say(paper, &BOLD, PAPER_REGISTER);
    if (book->n == 0) {
        say(paper, &TEXT, PAPER_NO_MEETINGS);
        return;
    }
    write_row(paper, &HEAD, BOOK_WIDTHS, HEADS);
    for (size_t i = 0; i < book->n; i++) {
        const struct meeting *meeting = &book->entries[i].meeting;
        const char *const texts[] = {
            mem_printf(paper->ctx, "%zu", i + 1), moment_text(paper->ctx, meeting->starts_at_us),
            mem_printf(paper->ctx, "%s\n%s", meeting_text(paper->ctx, meeting), meeting->place),
            book->entries[i].resolution};
        write_row(paper, &CELL, BOOK_WIDTHS, texts);
    }
}

static const char *period_text(TALLOC_CTX *ctx, const struct paper_book *book)
{
    int from[3], to[3];
    clock_date_split(book->from, &from[0], &from[1], &from[2]);
    clock_date_split(book->to, &to[0], &to[1], &to[2]);
    return mem_printf(ctx, PAPER_PERIOD, from[2], from[1], from[0], to[2], to[1], to[0]);
}

enum err paper_book(TALLOC_CTX *ctx, const struct paper_book *book, ProtobufCBinaryData *ret_pdf)
{
    struct paper paper = paper_begin(ctx);
    write_head(&paper, book->host, book->parent);
    write_title(&paper, PAPER_BOOK, period_text(ctx, book));
    write_register(&paper, book);
    for (size_t i = 0; i < book->n; i++) {
        const struct meeting *meeting = &book->entries[i].meeting;
        if (!meeting->minutes)
            continue;
        pdf_sheets_break(paper.sheets);
        write_minutes(&paper, meeting, meeting->minutes, true);
    }
    return pdf_sheets_end(paper.sheets, ret_pdf);
}
