#include "services/gateway/link/blob_held.h"

#include "common/base/mem.h"
#include "services/gateway/link/blob_lock.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBER_CHARACTERS (UUID_TEXT_BYTES - 1)
#define TRIES 3 /* of a new upload that a gateway which cleans at this moment takes for one of the dead */

/* --- names --- */

static char *folder_of(TALLOC_CTX *ctx, const char *folder, const struct uuid *organization)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(organization, text);
    return mem_printf(ctx, "%s/held/%s", folder, text);
}

static char *path_of(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                     const char *name)
{
    char member[UUID_TEXT_BYTES];
    uuid_format(&owner->member, member);
    char *path = folder_of(ctx, folder, &owner->organization);
    return mem_append(path, "/%s.%" PRId64 ".%s", member, bytes, name);
}

/* What the name of an entry says; false: it is none of ours. `ret_name` points into it. */
static bool read_name(const char *entry, struct uuid *ret_member, int64_t *ret_bytes, const char **ret_name)
{
    char member[UUID_TEXT_BYTES], *end;
    if (strlen(entry) <= MEMBER_CHARACTERS || entry[MEMBER_CHARACTERS] != '.')
        return false;
    memcpy(member, entry, MEMBER_CHARACTERS);
    member[MEMBER_CHARACTERS] = '\0';
    const char *digits = entry + MEMBER_CHARACTERS + 1;
    *ret_bytes = strtoll(digits, &end, 10);
    *ret_name = end + 1;
    return end != digits && *end == '.' && *ret_bytes >= 0 && uuid_parse(member, ret_member) == ERR_OK;
}

/* --- counting --- */

enum err blob_held_check(const struct blob_limits *held, const struct blob_limits *most)
{
    if (held->member.files > most->member.files || held->member.bytes > most->member.bytes)
        return ERR_FILES_UNUSED;
    if (held->organization.files > most->organization.files || held->organization.bytes > most->organization.bytes)
        return ERR_ORGANIZATION_FILES_UNUSED;
    return ERR_OK;
}

static void add_to(struct blob_count *count, int64_t bytes)
{
    count->files++;
    if (__builtin_add_overflow(count->bytes, bytes, &count->bytes))
        count->bytes = INT64_MAX;
}

static void add_entry(const char *entry, const struct uuid *member, struct blob_limits *held)
{
    struct uuid of;
    int64_t bytes;
    const char *name;
    if (!read_name(entry, &of, &bytes, &name))
        return;
    add_to(&held->organization, bytes);
    if (uuid_equal(&of, member))
        add_to(&held->member, bytes);
}

enum err blob_held_count(const char *folder, const struct blob_owner *owner, struct blob_limits *ret_held)
{
    char *path = folder_of(NULL, folder, &owner->organization);
    DIR *listing = opendir(path);
    enum err err = listing || errno == ENOENT ? ERR_OK : blob_failed("opendir");
    mem_free(path);
    *ret_held = (struct blob_limits){0};
    if (!listing)
        return err;
    for (const struct dirent *entry; (entry = readdir(listing));)
        add_entry(entry->d_name, &owner->member, ret_held);
    closedir(listing);
    return ERR_OK;
}

static enum err check(const char *folder, const struct blob_owner *owner, const struct blob_limits *most)
{
    struct blob_limits held;
    enum err err = blob_held_count(folder, owner, &held);
    return err ? err : blob_held_check(&held, most);
}

/* --- one entry --- */

static bool make_folder(const char *folder, const struct uuid *organization)
{
    char *path = mem_printf(NULL, "%s/held", folder), *own = folder_of(path, folder, organization);
    bool made = (mkdir(path, 0700) == 0 || errno == EEXIST) && (mkdir(own, 0700) == 0 || errno == EEXIST);
    int why = errno;
    mem_free(path);
    errno = why;
    return made;
}

/* A folder that became empty may be removed at any moment. */
static int open_entry(const char *folder, const struct blob_owner *owner, const char *path, int flags)
{
    int fd = open(path, flags, 0640);
    for (int i = 0; fd < 0 && errno == ENOENT && i < TRIES && make_folder(folder, &owner->organization); i++)
        fd = open(path, flags, 0640);
    return fd;
}

/* Locked, and still there: else it was taken for one of a process that is gone. */
static bool is_ours(int fd)
{
    struct stat is;
    return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &is) == 0 && is.st_nlink > 0;
}

static enum err open_upload(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                            char **ret_path, int *ret_fd)
{
    for (int i = 0; i < TRIES; i++) {
        char name[UUID_TEXT_BYTES];
        struct uuid id = uuid_random();
        uuid_format(&id, name);
        char *path = path_of(ctx, folder, owner, bytes, name);
        int fd = open_entry(folder, owner, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
        if (fd < 0) {
            mem_free(path);
            return blob_failed("open");
        }
        if (is_ours(fd)) {
            *ret_path = path;
            *ret_fd = fd;
            return ERR_OK;
        }
        unlink(path);
        close(fd);
        mem_free(path);
    }
    return ERR_OVERLOADED;
}

static uint8_t lock_of(const struct blob_owner *owner)
{
    return owner->organization.bytes[sizeof owner->organization.bytes - 1];
}

enum err blob_held_begin(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                         const struct blob_limits *most, char **ret_path, int *ret_fd)
{
    char *path = NULL;
    int fd = -1, lock;
    enum err err = blob_lock(folder, lock_of(owner), &lock);
    if (err)
        return err;
    err = open_upload(ctx, folder, owner, bytes, &path, &fd);
    if (!err && (err = check(folder, owner, most))) {
        unlink(path);
        close(fd);
        mem_free(path);
    }
    close(lock);
    if (err)
        return err;
    *ret_path = path;
    *ret_fd = fd;
    return ERR_OK;
}

enum err blob_held_grow(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                        const struct blob_limits *most, char **path)
{
    int lock;
    enum err err = blob_lock(folder, lock_of(owner), &lock);
    if (err)
        return err;
    char *grown = path_of(ctx, folder, owner, bytes, strrchr(*path, '.') + 1); /* a path of ours */
    if (rename(*path, grown) != 0) {
        err = blob_failed("rename");
        mem_free(grown);
    } else {
        mem_free(*path);
        *path = grown;
        err = check(folder, owner, most);
    }
    close(lock);
    return err;
}

static char *kept_path(const char *folder, const struct blob_owner *owner, int64_t bytes,
                       const uint8_t sha256[BLOB_SHA256_BYTES])
{
    char hex[BLOB_HEX_BYTES];
    sodium_bin2hex(hex, sizeof hex, sha256, BLOB_SHA256_BYTES);
    return path_of(NULL, folder, owner, bytes, hex);
}

enum err blob_held_add(const char *folder, const struct blob_owner *owner, int64_t bytes,
                       const uint8_t sha256[BLOB_SHA256_BYTES])
{
    char *path = kept_path(folder, owner, bytes, sha256);
    int fd = open_entry(folder, owner, path, O_WRONLY | O_CREAT | O_CLOEXEC);
    enum err err = fd < 0 ? blob_failed("open") : ERR_OK;
    if (fd >= 0)
        close(fd);
    mem_free(path);
    return err;
}

void blob_held_remove(const char *folder, const struct blob_owner *owner, int64_t bytes,
                      const uint8_t sha256[BLOB_SHA256_BYTES])
{
    char *path = kept_path(folder, owner, bytes, sha256);
    unlink(path); /* it may be gone: a repeat, or the sweep */
    mem_free(path);
}

/* --- leftovers --- */

/* One that is under way is locked by its process. */
static void clean_upload(int at, const char *entry)
{
    int fd = openat(at, entry, O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(at, entry, 0);
    if (fd >= 0)
        close(fd);
}

static bool is_gone(const char *path)
{
    return access(path, F_OK) != 0 && errno == ENOENT;
}

/* Its name comes before its file, and that before the receipt, all under the lock. */
static void clean_kept(const char *folder, int at, const char *entry, const char *hex)
{
    uint8_t sha256[BLOB_SHA256_BYTES];
    int lock;
    if (sodium_hex2bin(sha256, sizeof sha256, hex, BLOB_HEX_BYTES - 1, NULL, NULL, NULL) != 0 ||
        blob_lock(folder, sha256[0], &lock))
        return;
    char *path = mem_printf(NULL, "%s/%s", folder, hex);
    if (is_gone(path) || is_gone(mem_printf(path, "%s.%.*s", path, MEMBER_CHARACTERS, entry)))
        unlinkat(at, entry, 0);
    mem_free(path);
    close(lock);
}

static void clean_entry(const char *folder, int at, const char *entry)
{
    struct uuid member;
    int64_t bytes;
    const char *name;
    if (!read_name(entry, &member, &bytes, &name))
        return;
    if (strlen(name) == BLOB_HEX_BYTES - 1)
        clean_kept(folder, at, entry, name);
    else
        clean_upload(at, entry);
}

static void clean_organization(const char *folder, const char *path)
{
    DIR *listing = opendir(path);
    if (!listing)
        return;
    for (const struct dirent *entry; (entry = readdir(listing));)
        clean_entry(folder, dirfd(listing), entry->d_name);
    closedir(listing);
    (void)rmdir(path); /* where it is empty */
}

void blob_held_clean(const char *folder)
{
    char *path = mem_printf(NULL, "%s/held", folder);
    DIR *listing = opendir(path);
    for (const struct dirent *entry; listing && (entry = readdir(listing));)
        if (entry->d_name[0] != '.')
            clean_organization(folder, mem_printf(path, "%s/%s", path, entry->d_name));
    if (listing)
        closedir(listing);
    mem_free(path);
}
