// The face: which libgpiod there is, and what does not depend on it.
#define _GNU_SOURCE
#include "backend.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const struct cgpiod_backend *loaded;

static void load(void) {
    loaded = cgpiod_load_two();
    if (!loaded) loaded = cgpiod_load_one();
}

// NULL where there is no libgpiod. Whoever has a chip or a request has one.
static const struct cgpiod_backend *backend(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

int cgpiod_major_version(void) { return backend() ? backend()->major_version : 0; }
const char *cgpiod_library_version(void) { return backend() ? backend()->version() : NULL; }
bool cgpiod_debounces(void) { return backend() && backend()->debounces; }
void cgpiod_close_chip(struct cgpiod_chip *chip) { backend()->close_chip(chip); }

unsigned int cgpiod_count_lines(struct cgpiod_chip *chip) { return backend()->count_lines(chip); }

int cgpiod_find_line(struct cgpiod_chip *chip, const char *name) {
    return backend()->find_line(chip, name);
}

struct cgpiod_request *cgpiod_request_lines(
    struct cgpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count,
    size_t *failed) {
    return backend()->request_lines(chip, consumer, lines, count, failed);
}

void cgpiod_release(struct cgpiod_request *request) {
    cgpiod_write_safe_levels(request);
    backend()->release(request);
}

int cgpiod_descriptor(struct cgpiod_request *request) { return backend()->descriptor(request); }

size_t cgpiod_request_count(const struct cgpiod_request *request) {
    return backend()->request_count(request);
}

const struct cgpiod_line *cgpiod_request_line(const struct cgpiod_request *request, size_t line) {
    return backend()->request_line(request, line);
}

int cgpiod_read_level(struct cgpiod_request *request, size_t line) {
    return backend()->read_level(request, line);
}

int cgpiod_write_level(struct cgpiod_request *request, size_t line, bool is_active) {
    return backend()->write_level(request, line, is_active);
}

int cgpiod_read_edges(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count) {
    return backend()->read_edges(request, edges, count);
}

struct cgpiod_chip *cgpiod_open_chip(const char *label) {
    struct cgpiod_chip *found = NULL;
    // A chip that may not be opened could be the one that is looked for: that is the better reason.
    int reason = ENODEV;
    if (!backend()) {
        errno = ELIBACC;
        return NULL;
    }
    DIR *folder = opendir("/dev");
    if (!folder) return NULL;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[sizeof "/dev/" + sizeof entry->d_name];
        struct stat status;
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        // Some systems keep a chip's former name as a link: it would be counted twice.
        if (lstat(path, &status) != 0 || !S_ISCHR(status.st_mode)) continue;
        struct cgpiod_chip *chip = backend()->open_path(path);
        if (!chip) {
            reason = errno;
        } else if (!backend()->has_label(chip, label)) {
            cgpiod_close_chip(chip);
        } else if (!found) {
            found = chip;
        } else {
            cgpiod_close_chip(chip);
            cgpiod_close_chip(found);
            closedir(folder);
            errno = ENOTUNIQ;
            return NULL;
        }
    }
    closedir(folder);
    if (!found) errno = reason;
    return found;
}

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t cgpiod_boot_lead(void) {
    return read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC);
}

int cgpiod_write_safe_levels(struct cgpiod_request *request) {
    int result = 0;
    for (size_t line = 0; line < cgpiod_request_count(request); line++) {
        const struct cgpiod_line *asked = cgpiod_request_line(request, line);
        if (asked->is_output && cgpiod_write_level(request, line, asked->safe) != 0) result = -1;
    }
    return result;
}
