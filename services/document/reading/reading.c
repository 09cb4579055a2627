#include "services/document/reading/reading.h"

#include "services/directory/directory.h"

#define DIRECTLY_ABOVE (STANDING_SECRETARY | STANDING_COMMITTEE | STANDING_OFFICER_HERE)

enum reading_sight reading_sight(bool is_branch, unsigned here, unsigned above)
{
    if (is_branch && ((here & STANDING_HEAD) || (above & DIRECTLY_ABOVE)))
        return READING_NAMES;
    return (here & (STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER)) ? READING_COUNTS : READING_NOTHING;
}
