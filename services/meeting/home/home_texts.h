/* What people read of what they have to do: Vietnamese, formats for mem_printf. */
#ifndef SOTAY_MEETING_HOME_TEXTS_H
#define SOTAY_MEETING_HOME_TEXTS_H

#define TEXT_TODO_OF_MEETING "%s cuộc họp ngày %02d/%02d/%d" /* one of these four, day, month, year */
#define TEXT_TODO_READ_PACK "Đọc tài liệu"
#define TEXT_TODO_ROLL_CALL "Điểm danh, ghi nhận"
#define TEXT_TODO_MINUTES "Viết và công bố biên bản"
#define TEXT_TODO_RESOLUTION "Ban hành nghị quyết"
#define TEXT_TODO_REGISTER "Đăng ký cuộc họp tháng %02d/%d" /* month, year */

#endif
