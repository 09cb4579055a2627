#include "common/base/tag.h"

#include <assert.h>
#include <stdio.h>

enum tag_key { NOTHING, ID, MEMBER };

struct tag_row {
    const char *name;
    enum tag_key key;
};

#define TAG(name, text, key) {text, key},
static const struct tag_row ROWS[TAG_COUNT] = {
#include "tags.def"
};
#undef TAG

/* The longest name, a colon and an id have room in a text. */
#define TAG(name, text, key) _Static_assert(sizeof text + UUID_TEXT_BYTES <= TAG_TEXT_BYTES, "a tag's text has room");
#include "tags.def"
#undef TAG

const char *tag_name(enum tag tag)
{
    assert(tag < TAG_COUNT);
    return ROWS[tag].name;
}

bool tag_has_key(enum tag tag)
{
    assert(tag < TAG_COUNT);
    return ROWS[tag].key != NOTHING;
}

void tag_format(enum tag tag, const struct uuid *id, char text[TAG_TEXT_BYTES])
{
    char key[UUID_TEXT_BYTES];
    int n;
    assert(tag_has_key(tag) == (id != NULL));
    if (id) {
        uuid_format(id, key);
        n = snprintf(text, TAG_TEXT_BYTES, "%s:%s", ROWS[tag].name, key);
    } else {
        n = snprintf(text, TAG_TEXT_BYTES, "%s", ROWS[tag].name);
    }
    assert(n > 0 && n < TAG_TEXT_BYTES);
}

void tag_format_service(const char *service, char text[TAG_TEXT_BYTES])
{
    int n = snprintf(text, TAG_TEXT_BYTES, "service:%s", service);
    assert(n > 0 && n < TAG_TEXT_BYTES);
}
