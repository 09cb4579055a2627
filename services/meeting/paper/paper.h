/* What is printed of meetings (P1, Y3, Y6), in the form of official papers: pure drawing of what was found. Any thread;
 * results are owned by ctx. ERR_LIMIT_REACHED: more sheets than a PDF may have; ERR_INTERNAL: it cannot be drawn. */
#ifndef SOTAY_MEETING_PAPER_H
#define SOTAY_MEETING_PAPER_H

#include "services/meeting/host/host.h"
#include "services/meeting/minutes/minutes.h"
#include "services/meeting/roll/roll.h"

struct paper_subject {
    const struct meeting *meeting;
    const struct meeting_host *host;
    const char *parent; /* of the organisation that meets; NULL: it is the root */
};
/* Those that are not published say so. */
MUST_CHECK enum err paper_minutes(TALLOC_CTX *ctx, const struct paper_subject *subject, const struct minutes *minutes,
                                  ProtobufCBinaryData *ret_pdf);
struct paper_roll {
    const struct roll *roll;           /* in the order in which it is printed */
    const Pb__MinutesContent *minutes; /* whose guests are named; NULL: there are none */
};
/* Who was there and who was not, each with his reason or the time at which he checked in. */
MUST_CHECK enum err paper_attendance(TALLOC_CTX *ctx, const struct paper_subject *subject,
                                     const struct paper_roll *roll, ProtobufCBinaryData *ret_pdf);
/* For whoever has no app: the name is written by hand. */
MUST_CHECK enum err paper_invitation(TALLOC_CTX *ctx, const struct paper_subject *subject,
                                     ProtobufCBinaryData *ret_pdf);

struct paper_entry {
    struct meeting meeting;
    const char *resolution; /* title; NULL: none */
};
struct paper_book {
    const struct meeting_host *host;
    const char *parent; /* or NULL */
    int32_t from, to;   /* dates */
    const struct paper_entry *entries;
    size_t n;
};
/* The register of what was held in a time, and its published minutes. */
MUST_CHECK enum err paper_book(TALLOC_CTX *ctx, const struct paper_book *book, ProtobufCBinaryData *ret_pdf);

/* As it is saved: what it is, and the meeting's month. */
char *paper_file_name(TALLOC_CTX *ctx, const char *what, const struct meeting *meeting);

#endif
