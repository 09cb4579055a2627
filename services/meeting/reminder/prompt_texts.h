/* What heads read when a day reminds them: Vietnamese, formats for mem_printf; month and year. What names a last day
 * (day, month, year) is true whenever it is read. */
#ifndef SOTAY_MEETING_PROMPT_TEXTS_H
#define SOTAY_MEETING_PROMPT_TEXTS_H

#define TEXT_DRAFT_READY "Đã có dự thảo chương trình họp chi bộ tháng %02d/%d"
#define TEXT_DRAFT_READY_BODY "Đề nghị đồng chí xem, sửa từng nội dung và đăng ký chậm nhất ngày %02d/%02d/%d."
#define TEXT_REGISTER_TODAY "Hạn cuối đăng ký họp chi bộ tháng %02d/%d: ngày %02d/%02d/%d"
#define TEXT_REGISTER_LATE "Đã quá hạn đăng ký họp chi bộ tháng %02d/%d"
#define TEXT_REGISTER_BODY "Đề nghị đồng chí xem dự thảo chương trình và đăng ký."
#define TEXT_SETTLE_TODAY "Hạn cuối ban hành nghị quyết cuộc họp tháng %02d/%d: ngày %02d/%02d/%d"
#define TEXT_SETTLE_LATE "Đã quá hạn ban hành nghị quyết cuộc họp tháng %02d/%d"
#define TEXT_SETTLE_BODY "Sau khi ban hành, đề nghị đồng chí mở cuộc họp và gắn văn bản nghị quyết."

#endif
