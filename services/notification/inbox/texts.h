/* What people read in their inbox: Vietnamese, formats for mem_printf. What a lock screen shows is in push/texts.h;
 * texts of errors are in proto/errors.def. */
#ifndef SOTAY_NOTIFICATION_TEXTS_H
#define SOTAY_NOTIFICATION_TEXTS_H

#define TEXT_MOMENT "%02d/%02d/%d %02d:%02d" /* day, month, year, hour, minute; local */
#define TEXT_MEETING "%s %s"                 /* kind of meeting, moment */
#define TEXT_MEETING_REGULAR "Họp chi bộ thường kỳ"
#define TEXT_MEETING_THEMATIC "Họp chuyên đề"
#define TEXT_MEETING_EXTRAORDINARY "Họp bất thường"
#define TEXT_MEETING_EXECUTIVE "Họp cấp ủy"
#define TEXT_MEETING_PLACE "Địa điểm: %s"
#define TEXT_MEETING_SOON "Nhắc lịch: %s %s" /* kind of meeting, moment */
#define TEXT_MEETING_SOON_BODY "Địa điểm: %s. Nếu vắng, xin báo lý do trong ứng dụng."
#define TEXT_MEETING_CHANGED "Thay đổi: %s %s" /* kind of meeting, moment */
#define TEXT_TIME_CHANGED "Thời gian: %s → %s" /* old, new */
#define TEXT_PLACE_CHANGED "Địa điểm: %s → %s"
#define TEXT_MEETING_CANCELLED "Hủy: %s %s"
#define TEXT_MEETING_REOPENED "Mở lại: %s %s"
#define TEXT_REOPEN_REASON "Cuộc họp được mở lại: %s"
#define TEXT_CANCEL_REASON "Lý do: %s"
#define TEXT_MINUTES "Biên bản: %s %s" /* kind of meeting, moment */
#define TEXT_RESOLUTION_OVERDUE "Nghị quyết của cuộc họp đã quá hạn ban hành"
#define TEXT_RESOLUTION_OVERDUE_BODY "Cuộc họp tháng %02d/%d" /* month, year */
#define TEXT_MINUTES_BODY "Mở cuộc họp để xem biên bản và kết luận"

#define TEXT_DOCUMENT "%s: %s"             /* kind, title */
#define TEXT_DOCUMENT_NUMBERED "%s %s: %s" /* kind, number, title */
#define TEXT_DOCUMENT_BODY "Văn bản mới được ban hành"
#define TEXT_DOCUMENT_WITHDRAWN "Thu hồi: %s" /* TEXT_DOCUMENT */
#define TEXT_WITHDRAWAL_REASON "Lý do: %s"
#define TEXT_RESTRICTED_WITHDRAWN "Một văn bản gửi đồng chí đã bị thu hồi"
#define TEXT_RESTRICTED "Có văn bản mới gửi đồng chí"
#define TEXT_RESTRICTED_BODY "Mở ứng dụng để xem"

#define TEXT_COMMENT "Có ý kiến góp ý mới"
#define TEXT_COMMENTS "Có %d ý kiến góp ý mới"
#define TEXT_COMMENT_BODY "Về cuộc họp tháng %02d/%d" /* month, year */
#define TEXT_ANSWER "Ý kiến của đồng chí đã được trả lời"
#define TEXT_ANSWERS "%d ý kiến của đồng chí đã được trả lời"
#define TEXT_ANSWER_BODY "Mở cuộc họp để xem trả lời"

#define TEXT_PROPOSAL "Có đề xuất nội dung họp mới"
#define TEXT_PROPOSALS "Có %d đề xuất nội dung họp mới"
#define TEXT_PROPOSAL_BODY "Về cuộc họp tháng %02d/%d" /* month, year */
#define TEXT_PROPOSAL_ACCEPTED "Đề xuất của đồng chí được đưa vào chương trình họp"
#define TEXT_PROPOSAL_NEXT "Đề xuất của đồng chí để lại cho kỳ họp sau"
#define TEXT_PROPOSAL_DECLINED "Đề xuất của đồng chí không được chọn, mở cuộc họp để xem lý do"

#define TEXT_ABSENCE "Có đồng chí báo vắng mặt"
#define TEXT_ABSENCES "Có %d lượt báo vắng mặt"
#define TEXT_ABSENCE_BODY "Cuộc họp tháng %02d/%d" /* month, year */

#define TEXT_RECOVERY "Có người xin cấp lại tài khoản của đồng chí"
#define TEXT_RECOVERY_BODY "Nếu đồng chí không nhờ ai, xin mở ứng dụng và phản đối trước %s" /* moment */

#endif
