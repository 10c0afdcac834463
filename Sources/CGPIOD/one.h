// What is used of libgpiod 1.x, declared here because its header and that of 2.x cannot both be
// installed. agreement.c holds this against the header of the library.
#ifndef CITYZENBOX_CGPIOD_ONE_H
#define CITYZENBOX_CGPIOD_ONE_H
#include <time.h>

#define ONE_LIBRARY "libgpiod.so.2"

struct gpiod_chip;
struct gpiod_line;

struct one_line_request_config {
    const char *consumer;
    int request_type;
    int flags;
};

struct one_line_event {
    struct timespec ts;
    int event_type;
};

enum { ONE_REQUEST_DIRECTION_OUTPUT = 3, ONE_REQUEST_EVENT_BOTH_EDGES = 6 };
enum { ONE_EVENT_RISING_EDGE = 1 };
enum {
    ONE_FLAG_ACTIVE_LOW = 1 << 2,
    ONE_FLAG_BIAS_DISABLE = 1 << 3,
    ONE_FLAG_BIAS_PULL_DOWN = 1 << 4,
    ONE_FLAG_BIAS_PULL_UP = 1 << 5,
};

// FUNCTION(name without gpiod_, result, parameters)
#define ONE_FUNCTIONS(FUNCTION)                                                                   \
    FUNCTION(version_string, const char *, (void))                                                \
    FUNCTION(chip_open, struct gpiod_chip *, (const char *))                                      \
    FUNCTION(chip_close, void, (struct gpiod_chip *))                                             \
    FUNCTION(chip_label, const char *, (struct gpiod_chip *))                                     \
    FUNCTION(chip_num_lines, unsigned int, (struct gpiod_chip *))                                 \
    FUNCTION(chip_get_line, struct gpiod_line *, (struct gpiod_chip *, unsigned int))             \
    FUNCTION(chip_find_line, struct gpiod_line *, (struct gpiod_chip *, const char *))            \
    FUNCTION(line_offset, unsigned int, (struct gpiod_line *))                                    \
    FUNCTION(                                                                                     \
        line_request, int,                                                                        \
        (struct gpiod_line *, const struct one_line_request_config *, int))                       \
    FUNCTION(line_release, void, (struct gpiod_line *))                                           \
    FUNCTION(line_get_value, int, (struct gpiod_line *))                                          \
    FUNCTION(line_set_value, int, (struct gpiod_line *, int))                                     \
    FUNCTION(line_event_get_fd, int, (struct gpiod_line *))                                       \
    FUNCTION(                                                                                     \
        line_event_read_multiple, int,                                                            \
        (struct gpiod_line *, struct one_line_event *, unsigned int))
#endif
