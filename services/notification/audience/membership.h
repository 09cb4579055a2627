/* The part of a batch that keeps where members belong: the branch's intervals of directory.members. Every question
 * about an audience is asked of these and of the directory's positions. */
#ifndef SOTAY_NOTIFICATION_MEMBERSHIP_H
#define SOTAY_NOTIFICATION_MEMBERSHIP_H

#include "common/loop/loop.h"

extern const struct loop_part MEMBERSHIP_PART; /* behind DIRECTORY_PART: its rows follow the directory's */

#endif
