/* What the heads of a branch read when it is reminded: Vietnamese, formats for mem_printf. A title's are month and
 * year; a body's who reminds them, month and year. */
#ifndef SOTAY_MEETING_REMINDER_TEXTS_H
#define SOTAY_MEETING_REMINDER_TEXTS_H

#define TEXT_NOT_REGISTERED "Nhắc đăng ký họp chi bộ tháng %02d/%d"
#define TEXT_NOT_REGISTERED_BODY "%s đề nghị chi bộ đăng ký cuộc họp thường kỳ tháng %02d/%d, đã quá hạn."
#define TEXT_NOT_HELD "Nhắc ghi nhận cuộc họp chi bộ tháng %02d/%d"
#define TEXT_NOT_HELD_BODY                                                                                       \
    "%s đề nghị đồng chí mở cuộc họp thường kỳ tháng %02d/%d, đã qua ngày họp, để " \
    "ghi nhận đã họp, hoặc hủy nếu không họp."
#define TEXT_RESOLUTION_OVERDUE "Nhắc ban hành nghị quyết tháng %02d/%d"
#define TEXT_RESOLUTION_OVERDUE_BODY \
    "%s đề nghị chi bộ ban hành nghị quyết của cuộc họp thường kỳ tháng %02d/%d, đã quá hạn."

#endif
