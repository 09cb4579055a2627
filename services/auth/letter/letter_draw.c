#include "services/auth/letter/letter_draw.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/letter/letter_qr.h"
#include "services/auth/letter/letter_texts.h"

/* The sheet, from top to bottom: title · to whom, and beside it the code as a picture · the code as text · the steps ·
 * until when, and who helps. A long name makes its own letters smaller and nothing else. */
#define MARGIN 20.0
#define INNER (LETTER_WIDTH - 2 * MARGIN)
#define TITLE_Y 20.0
#define RULE_Y 42.0
#define PERSON_Y 52.0
#define QR_SIDE 112.0
#define PERSON_WIDTH (INNER - QR_SIDE - 4)
#define BOX_Y 166.0
#define BOX_HEIGHT 54.0
#define STEPS_Y 230.0
#define FOOT_Y 352.0
#define NUMBER_WIDTH 15.0

static const struct pdf_style TITLE = {.bold = true, .size = 15, .least = 9, .height = 20},
                              SMALL = {.size = 9.5, .least = 7, .height = 13},
                              NAME = {.bold = true, .size = 16, .least = 4, .height = 40},
                              BRANCH = {.size = 11, .least = 4, .height = 28},
                              CARD = {.bold = true, .size = 12, .least = 6, .height = 16},
                              CODE = {.font = PDF_CODE, .bold = true, .size = 25, .least = 12, .height = 32},
                              HEADING = {.bold = true, .size = 11.5, .least = 8, .height = 16},
                              STEP = {.size = 11, .least = 6, .height = 42},
                              FOOT = {.bold = true, .size = 10.5, .least = 7, .height = 15},
                              HELP = {.size = 10.5, .least = 6, .height = 28};

struct pen {
    cairo_t *cr;
    PangoLayout *layout;
    double x, y, width;
};

/* Writes and goes on below, `gap` further down. */
static void write_text(struct pen *pen, const struct pdf_style *style, const char *text, double gap)
{
    double height;
    pdf_text_set(pen->layout, style, text, pen->width, &height);
    cairo_move_to(pen->cr, pen->x, pen->y);
    pango_cairo_show_layout(pen->cr, pen->layout);
    pen->y += height + gap;
}

static void rule(cairo_t *cr, double y)
{
    cairo_set_line_width(cr, 0.8);
    cairo_move_to(cr, MARGIN, y);
    cairo_line_to(cr, LETTER_WIDTH - MARGIN, y);
    cairo_stroke(cr);
}

static void write_person(struct pen pen, TALLOC_CTX *ctx, const struct letter *letter)
{
    pen.y = PERSON_Y;
    pen.width = PERSON_WIDTH;
    write_text(&pen, &SMALL, TEXT_DEAR, 2);
    write_text(&pen, &NAME, letter->full_name, 5);
    write_text(&pen, &BRANCH, letter->branch, 5);
    write_text(&pen, &CARD, mem_printf(ctx, TEXT_CARD, letter->card_number), 0);
}

static void write_code(struct pen pen, const struct letter *letter)
{
    cairo_set_line_width(pen.cr, 1.2);
    cairo_rectangle(pen.cr, MARGIN, BOX_Y, INNER, BOX_HEIGHT);
    cairo_stroke(pen.cr);
    pango_layout_set_alignment(pen.layout, PANGO_ALIGN_CENTER);
    pen.y = BOX_Y + 4;
    write_text(&pen, &SMALL, TEXT_CODE, 2);
    write_text(&pen, &CODE, letter->code, 0);
    pango_layout_set_alignment(pen.layout, PANGO_ALIGN_LEFT);
}

static void write_steps(struct pen pen, TALLOC_CTX *ctx, const struct letter *letter)
{
    const char *const steps[] = {mem_printf(ctx, TEXT_STEP_OPEN, letter_page(ctx)), TEXT_STEP_CHECK,
                                 letter->recovers ? TEXT_STEP_PASSWORD_ANEW : TEXT_STEP_PASSWORD};
    pen.y = STEPS_Y;
    write_text(&pen, &HEADING, TEXT_STEPS, 2);
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        struct pen number = pen;
        write_text(&number, &HEADING, mem_printf(ctx, "%zu.", i + 1), 0);
        pen.x = MARGIN + NUMBER_WIDTH;
        pen.width = INNER - NUMBER_WIDTH;
        write_text(&pen, &STEP, steps[i], 2);
        pen.x = MARGIN;
    }
}

static void write_foot(struct pen pen, TALLOC_CTX *ctx, const struct letter *letter)
{
    int year, month, day;
    const char *phone = letter_config.support_phone;
    clock_date_split(letter->until_date, &year, &month, &day);
    rule(pen.cr, FOOT_Y);
    pen.y = FOOT_Y + 6;
    write_text(&pen, &FOOT, mem_printf(ctx, TEXT_UNTIL, day, month, year), 2);
    write_text(&pen, &HELP,
               *phone ? mem_printf(ctx, TEXT_SECRET TEXT_HELP_PHONE, phone) : TEXT_SECRET TEXT_HELP_SECRETARY, 0);
}

enum err letter_draw(cairo_t *cr, PangoLayout *layout, const struct letter *letter)
{
    TALLOC_CTX *ctx = mem_context(NULL, "letter");
    struct pen pen = {cr, layout, MARGIN, TITLE_Y, INNER};
    cairo_set_source_rgb(cr, 0, 0, 0);
    write_text(&pen, &TITLE, letter->recovers ? TEXT_RECOVERY_TITLE : TEXT_ACTIVATION_TITLE, 0);
    rule(cr, RULE_Y);
    write_person(pen, ctx, letter);
    enum err err = qr_draw(cr, letter_url(ctx, letter), LETTER_WIDTH - MARGIN - QR_SIDE, RULE_Y + 4, QR_SIDE);
    write_code(pen, letter);
    write_steps(pen, ctx, letter);
    write_foot(pen, ctx, letter);
    mem_free(ctx);
    return err;
}
