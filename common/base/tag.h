/* Tags of cached answers (proto/tags.def): a service says which are stale, a route which ones its answers carry.
 * Constant data, any thread. */
#ifndef SOTAY_COMMON_TAG_H
#define SOTAY_COMMON_TAG_H

#include "common/base/uuid.h"

#define TAG(name, text, key) TAG_##name,
enum tag {
#include "tags.def"
    TAG_COUNT
};
#undef TAG

#define TAG_TEXT_BYTES 64 /* room for every tag's text, with the final NUL */

/* The text without its key: "meeting", "documents". */
const char *tag_name(enum tag tag);
/* Whether a tag of this name is about one id: an aggregate's or a member's. */
bool tag_has_key(enum tag tag);

/* Writes "meeting:<id>", or "documents" for a tag without a key. `id` is NULL exactly where the tag has no key;
 * asserted. */
void tag_format(enum tag tag, const struct uuid *id, char text[TAG_TEXT_BYTES]);

/* Writes "service:<name>": the tag of every answer that the service has a part in. It is stale when the service may have
 * failed to say what is. */
void tag_format_service(const char *service, char text[TAG_TEXT_BYTES]);

#endif
