/* Pictures of pages that were drawn, in a folder below the store of files, where every gateway can read them: one file
 * for each page of each file, by the file's hash, so that what is put right has others. An empty one says that its page
 * cannot be drawn; that of page 0 that none can, or, where it has a number, that this page and those behind it are not
 * there. Either is believed for an hour. It blocks for the disk. Any thread and process: a file is put in its place
 * whole, and is on the disk before. */
#ifndef SOTAY_DOCUMENT_PAGE_FILES_H
#define SOTAY_DOCUMENT_PAGE_FILES_H

#include "common/base/err.h"
#include "services/document/content/content.h"

#define PAGE_FOLDER "pages"
enum { PAGE_BLOCK_BYTES = 4096 }; /* of the disk: what the smallest takes */

struct page_key {
    uint8_t sha256[CONTENT_SHA256_BYTES];
    int32_t page; /* from 1 */
};
bool page_key_equal(const struct page_key *a, const struct page_key *b);

/* As a path below the store. Owned by ctx. */
char *page_files_path(TALLOC_CTX *ctx, const struct page_key *key);
enum page_state {
    PAGE_NEW,        /* nobody has drawn it lately */
    PAGE_DRAWN,      /* *ret_bytes is what its picture has */
    PAGE_UNDRAWABLE, /* it cannot be drawn */
    PAGE_ABSENT,     /* the file has not so many */
};
enum page_state page_files_find(const char *blob_dir, const struct page_key *key, int64_t *ret_bytes);
/* False: so little is free that soon nobody could write; what others keep there goes first. */
bool page_files_have_room(const char *blob_dir);
/* n 0: it cannot be drawn. ERR_DISK_FULL, ERR_INTERNAL: it was not kept. */
MUST_CHECK enum err page_files_keep(const char *blob_dir, const struct page_key *key, const void *bytes, size_t n);
/* The page is not there, nor one behind it. */
MUST_CHECK enum err page_files_keep_absent(const char *blob_dir, const struct page_key *key);
/* Removes those that were drawn the longest ago, until they take no more. */
void page_files_trim(const char *blob_dir, int64_t bytes_most);

#endif
