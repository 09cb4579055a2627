/* What is printed on letters: the one message catalogue of this folder. A letter is read by people of any age, on
 * paper, alone: short sentences, one thing in each. */
#ifndef SOTAY_AUTH_LETTER_TEXTS_H
#define SOTAY_AUTH_LETTER_TEXTS_H

#define TEXT_ACTIVATION_TITLE "Thư kích hoạt tài khoản Sổ tay"
#define TEXT_RECOVERY_TITLE "Thư khôi phục tài khoản Sổ tay"
#define TEXT_DEAR "Kính gửi đồng chí"
#define TEXT_CARD "Số thẻ: %s"
#define TEXT_CODE "Mã kích hoạt"
#define TEXT_STEPS "Đồng chí làm ba bước:"
#define TEXT_STEP_OPEN \
    "Mở máy ảnh của điện thoại và quét ô vuông ở trên. Hoặc mở trang %s rồi nhập số thẻ và mã kích hoạt."
#define TEXT_STEP_CHECK "Xem họ tên và chi bộ hiện ra có đúng không."
#define TEXT_STEP_PASSWORD "Đặt mật khẩu mới, ít nhất 8 ký tự. Từ lần sau đăng nhập bằng số thẻ và mật khẩu này."
#define TEXT_STEP_PASSWORD_ANEW "Đặt mật khẩu mới, ít nhất 8 ký tự. Các máy đăng nhập trước đây sẽ bị đăng xuất."
#define TEXT_UNTIL "Mã dùng được một lần, đến hết ngày %02d/%02d/%04d."
#define TEXT_SECRET "Xin giữ kín thư này. "
#define TEXT_HELP_PHONE "Cần giúp đỡ: gọi %s."
#define TEXT_HELP_SECRETARY "Cần giúp đỡ: hỏi bí thư chi bộ."
#define TEXT_FILE_NAME "thu-kich-hoat.pdf"
#define TEXT_RECOVERY_FILE_NAME "thu-khoi-phuc.pdf"

#endif
