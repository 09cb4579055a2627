/* What heads read when a day reminds them: Vietnamese. What names a last day is true whenever it is read. */
#ifndef SOTAY_MEETING_PROMPT_TEXTS_H
#define SOTAY_MEETING_PROMPT_TEXTS_H

#define TEXT_MONTH "%s tháng %02d/%d%s" /* for mem_printf: the title, month and year, TEXT_DAY or nothing */
#define TEXT_DAY "%s ngày %02d/%02d/%d" /* what leads to it, day, month, year */
#define TEXT_LAST ":"
#define TEXT_DRAFT_LAST ", đăng ký chậm nhất"

#define TEXT_DRAFT_READY "Đã có dự thảo chương trình họp chi bộ"
#define TEXT_DRAFT_BODY "Đề nghị đồng chí xem, sửa từng nội dung và đăng ký."
#define TEXT_REGISTER_DUE "Hạn cuối đăng ký họp chi bộ"
#define TEXT_REGISTER_LATE "Đã quá hạn đăng ký họp chi bộ"
#define TEXT_REGISTER_BODY "Đề nghị đồng chí xem dự thảo chương trình và đăng ký."
#define TEXT_HOLD_DUE "Lịch họp chi bộ"
#define TEXT_HOLD_DUE_BODY "Sau khi họp, đề nghị đồng chí ghi nhận cuộc họp và điểm danh."
#define TEXT_HOLD_LATE "Chưa ghi nhận đã họp chi bộ"
#define TEXT_HOLD_LATE_BODY "Đề nghị đồng chí ghi nhận cuộc họp, hoặc báo hoãn và chọn ngày khác."
#define TEXT_SETTLE_DUE "Hạn cuối ban hành nghị quyết cuộc họp"
#define TEXT_SETTLE_LATE "Đã quá hạn ban hành nghị quyết cuộc họp"
#define TEXT_SETTLE_BODY "Sau khi ban hành, đề nghị đồng chí mở cuộc họp và gắn văn bản nghị quyết."

#endif
