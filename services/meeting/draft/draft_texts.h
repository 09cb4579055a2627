/* What people read of drafts: Vietnamese, formats for mem_printf. */
#ifndef SOTAY_MEETING_DRAFT_TEXTS_H
#define SOTAY_MEETING_DRAFT_TEXTS_H

#define TEXT_MONTH_TAKEN "Tháng %02d/%d đã có cuộc họp thường kỳ" /* month, year */
#define TEXT_NO_PLACE "Chưa có địa điểm họp thường lệ, xin ghi địa điểm"
/* day, month, year: of the rhythm */
#define TEXT_DAY_MOVED "Ngày họp thường lệ %02d/%02d/%d đã qua hoặc vào dịp Tết; bản nháp lấy ngày khác gần nhất"

#endif
