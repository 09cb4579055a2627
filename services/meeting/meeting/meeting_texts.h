/* What people read, from this service: Vietnamese, formats for mem_printf. Texts of errors are in proto/errors.def. */
#ifndef SOTAY_MEETING_MEETING_TEXTS_H
#define SOTAY_MEETING_MEETING_TEXTS_H

#define TEXT_AGENDA_TOO_LONG "Tổng thời gian %d phút vượt giới hạn %d phút" /* minutes, limit */
#define TEXT_UNUSUAL_HOUR "Giờ họp %02d:%02d nằm ngoài khoảng từ 6:00 đến 22:00"
#define TEXT_SHORT_NOTICE "Cuộc họp được thông báo khi còn chưa đến 24 giờ"
#define TEXT_OFF_RHYTHM "Ngày họp lệch %d ngày so với ngày họp thường lệ (ngày %d)" /* days, day of the month */
#define TEXT_TOPIC_WITHOUT_MINUTES "Nội dung “%s” chưa có thời gian"
#define TEXT_TITLE_REPEATED "Nội dung “%s” có hai lần trong chương trình"

/* A title; a topic. Who is named for a seat, or wrote it himself, may read more than these rules know. */
#define TEXT_DOCUMENT_CLOSED "Có thể có người dự họp không mở được tài liệu “%s”, xin xem lại phạm vi gửi"
#define TEXT_RESTRICTED_CLOSED \
    "Có thể có người dự họp không mở được một tài liệu gửi đích danh của nội dung “%s”, xin xem lại phạm vi gửi"
#define TEXT_NEAR_ANOTHER "Cuộc họp này cách cuộc họp khác (%s) không quá hai giờ, xin xem lại giờ họp" /* moment */
#define TEXT_MOMENT "%02d:%02d ngày %02d/%02d/%d" /* hour, minute, day, month, year; local */
#define TEXT_TIME_CHANGED "Thời gian: %s → %s"
#define TEXT_PLACE_CHANGED "Địa điểm: %s → %s"

#define TEXT_SEEN_BY_BRANCH "%lld đảng viên %s"                  /* count, name of the branch */
#define TEXT_SEEN_BY_COMMITTEE "%lld đồng chí cấp ủy %s"         /* count, name of the organisation */
#define TEXT_SEEN_BY_HEADS "%lld đồng chí bí thư, phó bí thư %s" /* count, name: a draft */
#define TEXT_READERS_TO_HEADS "Bí thư, phó bí thư"
#define TEXT_READERS_TO_PARENT "Cấp ủy cấp trên trực tiếp"

#endif
