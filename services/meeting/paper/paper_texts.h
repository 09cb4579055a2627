/* What is printed on a meeting's papers: the one message catalogue of this folder. Formats for mem_printf. */
#ifndef SOTAY_MEETING_PAPER_TEXTS_H
#define SOTAY_MEETING_PAPER_TEXTS_H

#define PAPER_PARTY "ĐẢNG CỘNG SẢN VIỆT NAM"
#define PAPER_STAR "*"
#define PAPER_DATE "Ngày %02d tháng %02d năm %d" /* day, month, year */

#define PAPER_REGULAR "Họp chi bộ thường kỳ"
#define PAPER_THEMATIC "Họp chuyên đề"
#define PAPER_EXTRAORDINARY "Họp bất thường"
#define PAPER_EXECUTIVE "Họp cấp ủy"
#define PAPER_OF_MONTH "%s tháng %02d/%d"          /* kind, month, year */
#define PAPER_MOMENT "%02d:%02d ngày %02d/%02d/%d" /* hour, minute, day, month, year */

#define PAPER_FILE "%s-%d-%02d.pdf" /* what it is, year, month */

#define PAPER_TIME "Thời gian: %s"
#define PAPER_TIME_TO "Thời gian: từ %s đến %s"
#define PAPER_PLACE "Địa điểm: %s"

#define PAPER_ATTENDANCE "Có mặt: %d/%d đồng chí; vắng có lý do: %d; vắng không lý do: %d; được miễn mà đến dự: %d."
#define PAPER_MINUTES "BIÊN BẢN"
#define PAPER_DRAFT "(Dự thảo, chưa công bố)"
#define PAPER_GUESTS "I. KHÁCH MỜI"
#define PAPER_NO_GUESTS "Không có."
#define PAPER_GUEST "%zu. %s"           /* number, name */
#define PAPER_GUEST_TITLE "%zu. %s, %s" /* number, name, whose he is */
#define PAPER_CONCLUSIONS "II. NỘI DUNG VÀ KẾT LUẬN"
#define PAPER_TOPIC "%zu. %s" /* number, title */
#define PAPER_NO_CONCLUSION "Không có kết luận."
#define PAPER_DONE "Kết quả: đã hoàn thành."
#define PAPER_CARRIED_OVER "Kết quả: chuyển sang kỳ họp sau."
#define PAPER_COURSE "III. DIỄN BIẾN CUỘC HỌP"
#define PAPER_SECRETARY "THƯ KÝ"
#define PAPER_CHAIR "CHỦ TRÌ"
#define PAPER_SIGN "(Ký, ghi rõ họ tên)"
#define PAPER_MINUTES_FILE "bien-ban"

#define PAPER_ROLL "DANH SÁCH ĐIỂM DANH"
#define PAPER_ROLL_EMPTY "Chưa có ai trong danh sách."
#define PAPER_NAME_HEAD "Họ và tên"
#define PAPER_STATE_HEAD "Điểm danh"
#define PAPER_NOTE_HEAD "Giờ đến, lý do"
#define PAPER_PRESENT "Có mặt"
#define PAPER_EXEMPT_PRESENT "Được miễn, có mặt"
#define PAPER_EXCUSED "Vắng có lý do"
#define PAPER_UNEXCUSED "Vắng không lý do"
#define PAPER_EXEMPT "Được miễn"
#define PAPER_UNMARKED "Chưa ghi nhận"
#define PAPER_CHECKED_IN "Điểm danh lúc %02d:%02d" /* hour, minute */
#define PAPER_ROLL_GUESTS "KHÁCH MỜI"
#define PAPER_ROLL_KEEPER "NGƯỜI ĐIỂM DANH"
#define PAPER_ROLL_FILE "diem-danh"

#define PAPER_INVITATION "GIẤY MỜI"
#define PAPER_DEAR "Kính gửi: Đồng chí ......................................................................"
#define PAPER_INVITES "%s trân trọng kính mời đồng chí dự cuộc họp:" /* organisation */
#define PAPER_AGENDA "Nội dung:"
#define PAPER_TOPIC_MINUTES "%zu. %s (%d phút)" /* number, title, minutes */
#define PAPER_CONTACT "Liên hệ: đồng chí %s, điện thoại %s"
#define PAPER_COME "Đề nghị đồng chí sắp xếp thời gian đến dự họp đúng giờ; nếu vắng, xin báo lý do trước giờ họp."
#define PAPER_INVITER "T/M CẤP ỦY"
#define PAPER_INVITATION_FILE "giay-moi"

#define PAPER_BOOK "SỔ SINH HOẠT"
#define PAPER_PERIOD "Từ ngày %02d/%02d/%d đến ngày %02d/%02d/%d"
#define PAPER_REGISTER "SỔ ĐĂNG KÝ CÁC CUỘC HỌP"
#define PAPER_NUMBER_HEAD "STT"
#define PAPER_TIME_HEAD "Thời gian"
#define PAPER_MEETING_HEAD "Cuộc họp"
#define PAPER_RESOLUTION_HEAD "Nghị quyết"
#define PAPER_NO_MEETINGS "Không có cuộc họp nào trong thời gian này."
#define PAPER_BOOK_FILE "so-sinh-hoat.pdf"

#endif
