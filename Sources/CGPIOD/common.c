// What does not depend on the version of libgpiod: finding a chip by its label.
#define _GNU_SOURCE
#include "backend.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int cgpiod_major_version(void) { return CGPIOD_MAJOR; }

struct cgpiod_chip *cgpiod_open_chip(const char *label) {
    struct cgpiod_chip *found = NULL;
    // A chip that may not be opened could be the one that is looked for: that is the better reason.
    int reason = ENODEV;
    DIR *folder = opendir("/dev");
    if (!folder) return NULL;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[sizeof "/dev/" + sizeof entry->d_name];
        struct stat status;
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        // Some systems keep a chip's former name as a link: it would be counted twice.
        if (lstat(path, &status) != 0 || !S_ISCHR(status.st_mode)) continue;
        struct cgpiod_chip *chip = cgpiod_open_path(path);
        if (!chip) {
            reason = errno;
        } else if (!cgpiod_has_label(chip, label)) {
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
