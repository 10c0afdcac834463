// What the files of this target share. Not seen from outside.
#ifndef CITYZENBOX_CGPIOD_BACKEND_H
#define CITYZENBOX_CGPIOD_BACKEND_H
#include "cgpiod.h"

// One version of libgpiod: what the face does through it. cgpiod.h says what each one means.
struct cgpiod_backend {
    int major_version;
    bool debounces;
    const char *(*version)(void);

    struct cgpiod_chip *(*open_path)(const char *path);
    void (*close_chip)(struct cgpiod_chip *chip);
    bool (*has_label)(struct cgpiod_chip *chip, const char *label);
    unsigned int (*count_lines)(struct cgpiod_chip *chip);
    int (*find_line)(struct cgpiod_chip *chip, const char *name);

    struct cgpiod_request *(*request_lines)(
        struct cgpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines,
        size_t count, size_t *failed);
    void (*release)(struct cgpiod_request *request);
    int (*descriptor)(struct cgpiod_request *request);
    size_t (*request_count)(const struct cgpiod_request *request);
    const struct cgpiod_line *(*request_line)(const struct cgpiod_request *request, size_t line);
    int (*read_level)(struct cgpiod_request *request, size_t line);
    int (*write_level)(struct cgpiod_request *request, size_t line, bool is_active);
    int (*read_edges)(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count);
};

// The library of this version, loaded; NULL where it is not installed or lacks a function.
const struct cgpiod_backend *cgpiod_load_one(void);
const struct cgpiod_backend *cgpiod_load_two(void);

// What CLOCK_BOOTTIME is ahead of CLOCK_MONOTONIC by: the time this machine slept.
int64_t cgpiod_boot_lead(void);

// How many lines a request has, and what was asked of them.
size_t cgpiod_request_count(const struct cgpiod_request *request);
const struct cgpiod_line *cgpiod_request_line(const struct cgpiod_request *request, size_t line);
#endif
