// What the files of this target share. Not seen from outside.
#ifndef CITYZENBOX_CGPIOD_BACKEND_H
#define CITYZENBOX_CGPIOD_BACKEND_H
#include "cgpiod.h"

#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES
#define CGPIOD_MAJOR 1
#else
#define CGPIOD_MAJOR 2
#endif

// The two steps of finding a chip that differ between the versions.
struct cgpiod_chip *cgpiod_open_path(const char *path);
bool cgpiod_has_label(struct cgpiod_chip *chip, const char *label);

// What CLOCK_BOOTTIME is ahead of CLOCK_MONOTONIC by: the time this machine slept.
int64_t cgpiod_boot_lead(void);

// How many lines a request has, and what was asked of them.
size_t cgpiod_request_count(const struct cgpiod_request *request);
const struct cgpiod_line *cgpiod_request_line(const struct cgpiod_request *request, size_t line);
#endif
