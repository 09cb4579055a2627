/* What people read of an import: Vietnamese. */
#ifndef SOTAY_AUTH_IMPORT_TEXTS_H
#define SOTAY_AUTH_IMPORT_TEXTS_H

#define TEXT_IMPORTED "Nhập danh sách đảng viên" /* the reason of what it changed */

#endif
