/* What heads read when a day reminds them: Vietnamese, formats for mem_printf; month and year. */
#ifndef SOTAY_MEETING_PROMPT_TEXTS_H
#define SOTAY_MEETING_PROMPT_TEXTS_H

#define TEXT_DRAFT_READY "Bản nháp cuộc họp tháng %02d/%d đã sẵn sàng"
#define TEXT_DRAFT_READY_BODY "Còn 5 ngày để đăng ký. Mở ứng dụng để xem từng mục, sửa và đăng ký."
#define TEXT_REGISTER_TODAY "Hôm nay là hạn đăng ký họp chi bộ tháng %02d/%d"
#define TEXT_REGISTER_LATE "Chi bộ chưa đăng ký cuộc họp tháng %02d/%d"
#define TEXT_REGISTER_BODY "Mở ứng dụng để xem bản nháp và đăng ký."
#define TEXT_SETTLE_TODAY "Hôm nay là hạn ban hành nghị quyết cuộc họp tháng %02d/%d"
#define TEXT_SETTLE_LATE "Nghị quyết của cuộc họp tháng %02d/%d vẫn chưa được ban hành"
#define TEXT_SETTLE_BODY "Mở cuộc họp để ghi nghị quyết đã ban hành."

#endif
