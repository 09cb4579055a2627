#include "services/analytics/attendance/attendance.h"

void attendance_take(struct attendance *attendance, const Pb__AttendanceCounted *event, const struct uuid *organization)
{
    *attendance = (struct attendance){
        .revision = event->revision,
        .organization = *organization,
        .month = event->month,
        .base = event->base_members,
        .present = event->present,
        .excused = event->excused,
        .unexcused = event->unexcused,
    };
}

struct month_counts attendance_count(const struct attendance *attendance)
{
    struct month_counts counts = {0};
    counts.n[MONTH_BASE_MEMBERS] = attendance->base;
    counts.n[MONTH_PRESENT] = attendance->present;
    counts.n[MONTH_EXCUSED] = attendance->excused;
    counts.n[MONTH_UNEXCUSED] = attendance->unexcused;
    return counts;
}
