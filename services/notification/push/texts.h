/* What a lock screen shows, in Vietnamese, unless what it is about is public. Other words of this service:
 * inbox/texts.h. */
#ifndef SOTAY_NOTIFICATION_PUSH_TEXTS_H
#define SOTAY_NOTIFICATION_PUSH_TEXTS_H

#define TEXT_LOCK_SCREEN_TITLE "Sổ tay"
#define TEXT_LOCK_SCREEN_BODY "Sổ tay: có thông báo mới"

#endif
