/* Stands between a program and the system (LD_PRELOAD): tells in which order it writes and syncs SQLite's write-ahead
 * log and answers requests, and lets the n-th of these operations fail.
 *
 * DISKSHIM_LOG=FILE   a line for each: "W" a write to the log, "S" a sync of it that was carried out, "A 200" the
 *                     beginning of an answer, "F" a fault
 * DISKSHIM_FILES=END  instead of the log, files whose names end like this
 * DISKSHIM_FAIL=OP:N:WHAT   OP is write or sync; WHAT is EIO, ENOSPC, short or stall; counted once DISKSHIM_ARM is there
 * DISKSHIM_ARM=FILE
 * DISKSHIM_FOLDERS=1   folders cannot be synced (EINVAL), as on CIFS
 * DISKSHIM_READONLY=1  locks cannot be opened, as on a read-only file system
 * DISKSHIM_FREE=BYTES  the free bytes of every file system, once DISKSHIM_ARM is there
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_descriptor = -1, armed, is_full;
static long count, wanted;
static char operation[8], fault[16];

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DISKSHIM_LOG"), *failure = getenv("DISKSHIM_FAIL");
    if (path) log_descriptor = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (failure) sscanf(failure, "%7[^:]:%ld:%15s", operation, &wanted, fault);
}

static void tell(const char *line) {
    if (log_descriptor >= 0) syscall(SYS_write, log_descriptor, line, strlen(line));
}

static int is_log(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    const char *end = getenv("DISKSHIM_FILES") ? getenv("DISKSHIM_FILES") : "-wal";
    return length > (ssize_t)strlen(end) && memcmp(path + length - strlen(end), end, strlen(end)) == 0;
}

/* Whether this operation is the one that is to fail. */
static int fails(const char *name) {
    const char *arm = getenv("DISKSHIM_ARM");
    if (wanted == 0 || strcmp(operation, name) != 0) return 0;
    if (!armed && arm && syscall(SYS_faccessat, AT_FDCWD, arm, F_OK) != 0) return 0;
    armed = 1;
    return ++count == wanted;
}

static ssize_t log_write(int descriptor, const void *bytes, size_t size, off_t offset, int has_offset) {
    pthread_mutex_lock(&lock);
    int now = fails("write"), short_now = now && strcmp(fault, "short") == 0;
    if (now) tell("F\n");
    if (is_full) {  /* what follows a short write finds no room at all */
        is_full = 0;
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
    }
    if (short_now) is_full = 1;
    pthread_mutex_unlock(&lock);
    if (now && strcmp(fault, "stall") == 0) usleep(1000000);
    else if (short_now) size /= 2;
    else if (now) {
        errno = strcmp(fault, "ENOSPC") == 0 ? ENOSPC : EIO;
        return -1;
    }
    ssize_t written = has_offset ? syscall(SYS_pwrite64, descriptor, bytes, size, offset)
                                 : syscall(SYS_write, descriptor, bytes, size);
    tell("W\n");
    return written;
}

static int log_sync(int descriptor, long number) {
    pthread_mutex_lock(&lock);
    int now = fails("sync");
    pthread_mutex_unlock(&lock);
    if (now) tell("F\n");
    if (now && strcmp(fault, "stall") == 0) usleep(1000000);
    else if (now) {
        errno = EIO;
        return -1;
    }
    int result = syscall(number, descriptor);
    if (result == 0) tell("S\n");
    return result;
}

static void look_for_answer(const void *bytes, size_t size) {
    if (size >= 12 && memcmp(bytes, "HTTP/1.1 ", 9) == 0) {
        char line[] = "A 000\n";
        memcpy(line + 2, (const char *)bytes + 9, 3);
        tell(line);
    }
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
    if (is_log(descriptor)) return log_write(descriptor, bytes, size, 0, 0);
    look_for_answer(bytes, size);
    return syscall(SYS_write, descriptor, bytes, size);
}

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
    if (number > 0) look_for_answer(parts[0].iov_base, parts[0].iov_len);
    return syscall(SYS_writev, descriptor, parts, number);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
    if (is_log(descriptor)) return log_write(descriptor, bytes, size, offset, 1);
    return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
    return pwrite64(descriptor, bytes, size, offset);
}

int fdatasync(int descriptor) {
    return is_log(descriptor) ? log_sync(descriptor, SYS_fdatasync) : syscall(SYS_fdatasync, descriptor);
}

int fsync(int descriptor) {
    struct stat facts;
    if (getenv("DISKSHIM_FOLDERS") && fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    return is_log(descriptor) ? log_sync(descriptor, SYS_fsync) : syscall(SYS_fsync, descriptor);
}

int statvfs(const char *path, struct statvfs *facts) {
    static int (*real)(const char *, struct statvfs *);
    if (!real) real = (int (*)(const char *, struct statvfs *))dlsym(RTLD_NEXT, "statvfs");
    int result = real(path, facts);
    const char *arm = getenv("DISKSHIM_ARM"), *bytes = getenv("DISKSHIM_FREE");
    if (result == 0 && bytes && (!arm || syscall(SYS_faccessat, AT_FDCWD, arm, F_OK) == 0))
        facts->f_bavail = strtoul(bytes, NULL, 10) / facts->f_frsize;
    return result;
}

static int open_file(const char *path, int flags, mode_t mode) {
    size_t length = strlen(path);
    if (getenv("DISKSHIM_READONLY") && length > 5 && strcmp(path + length - 5, ".lock") == 0) {
        errno = EROFS;
        return -1;
    }
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_file(path, flags, mode);
}
