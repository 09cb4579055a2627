/* What the heads of a branch read when it is reminded: Vietnamese, formats for mem_printf. A title's are month and
 * year; a body's who reminds them, month and year. */
#ifndef SOTAY_MEETING_REMINDER_TEXTS_H
#define SOTAY_MEETING_REMINDER_TEXTS_H

#define TEXT_NOT_REGISTERED "Nhắc đăng ký họp chi bộ tháng %02d/%d"
#define TEXT_NOT_REGISTERED_BODY "%s nhắc: đã quá hạn mà chi bộ chưa đăng ký cuộc họp thường kỳ tháng %02d/%d."
#define TEXT_NOT_HELD "Nhắc ghi nhận cuộc họp chi bộ tháng %02d/%d"
#define TEXT_NOT_HELD_BODY "%s nhắc: cuộc họp thường kỳ tháng %02d/%d đã qua ngày mà chưa được ghi nhận hoặc hủy."
#define TEXT_RESOLUTION_OVERDUE "Nhắc ban hành nghị quyết tháng %02d/%d"
#define TEXT_RESOLUTION_OVERDUE_BODY "%s nhắc: nghị quyết của cuộc họp thường kỳ tháng %02d/%d đã quá hạn ban hành."

#endif
