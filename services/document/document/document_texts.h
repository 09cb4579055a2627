/* What people read, from this service: Vietnamese, formats for mem_printf. Texts of errors are in proto/errors.def. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_TEXTS_H
#define SOTAY_DOCUMENT_DOCUMENT_TEXTS_H

#define TEXT_SEEN_BY_EVERYONE "Mọi đảng viên (%lld)"                    /* count */
#define TEXT_SEEN_BY_KEEPERS "%lld đồng chí soạn thảo, ban hành của %s" /* count, name: a draft */
#define TEXT_SEEN_BY_NAMED "%lld đồng chí được nêu tên"                 /* count */
#define TEXT_SEEN_BY_ORGANIZATION "%lld %s %s"                          /* count, who, name */
#define TEXT_SEEN_BY_SUBTREE "%lld %s %s và các tổ chức trực thuộc"     /* count, who, name */
#define TEXT_SEEN_BY_ORGANIZATIONS "%lld %s thuộc %zu tổ chức"          /* count, who, organisations */
#define TEXT_MEMBERS "đảng viên"
#define TEXT_JOIN "%s, %s"
#define TEXT_READERS_TO_HEADS "Bí thư, phó bí thư"
#define TEXT_READERS_TO_PARENT "Cấp ủy cấp trên trực tiếp"
#define TEXT_TODO_ACKNOWLEDGE "Xác nhận đã đọc: %s" /* title */

/* why the text of a file could not be read: what it is, and what its author does */
#define TEXT_FAILED_LOCKED "Tệp có mật khẩu nên không đọc được chữ. Hãy bỏ mật khẩu rồi tải lên lại."
#define TEXT_FAILED_BROKEN "Tệp bị hỏng nên không đọc được chữ. Hãy xuất lại ra PDF rồi tải lên lại."
#define TEXT_FAILED_LARGE \
    "Tệp quá nhiều trang hoặc quá nhiều chữ nên không đọc được. Hãy chia thành nhiều tệp rồi tải lên lại."
#define TEXT_FAILED_SLOW "Tệp quá phức tạp nên không đọc được chữ. Hãy xuất lại ra PDF rồi tải lên lại."
#define TEXT_FAILED_OTHER "Loại tệp này chưa đọc được chữ. Muốn tìm được nội dung, hãy tải lên bản PDF, DOCX hoặc ODT."

/* by Pb__Role */
#define TEXT_ROLES                                                                          \
    {                                                                                       \
        TEXT_MEMBERS, "phó bí thư", "bí thư", "cấp ủy viên", "cán bộ", "quản trị viên" \
    }

#endif
