// What is used of libgpiod 2.x, declared here because its header and that of 1.x cannot both be
// installed. agreement.c holds this against the header of the library.
#ifndef CITYZENBOX_CGPIOD_TWO_H
#define CITYZENBOX_CGPIOD_TWO_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TWO_LIBRARY "libgpiod.so.3"

struct gpiod_chip;
struct gpiod_chip_info;
struct gpiod_edge_event;
struct gpiod_edge_event_buffer;
struct gpiod_line_config;
struct gpiod_line_request;
struct gpiod_line_settings;
struct gpiod_request_config;

enum two_line_value { TWO_VALUE_ERROR = -1, TWO_VALUE_INACTIVE = 0, TWO_VALUE_ACTIVE = 1 };
enum two_line_direction { TWO_DIRECTION_INPUT = 2, TWO_DIRECTION_OUTPUT = 3 };
enum two_line_edge { TWO_EDGE_BOTH = 4 };
enum two_line_bias {
    TWO_BIAS_AS_IS = 1,
    TWO_BIAS_DISABLED = 3,
    TWO_BIAS_PULL_UP = 4,
    TWO_BIAS_PULL_DOWN = 5,
};
enum two_line_clock { TWO_CLOCK_MONOTONIC = 1 };
enum two_edge_event_type { TWO_EVENT_RISING_EDGE = 1 };

// FUNCTION(name without gpiod_, result, parameters)
#define TWO_FUNCTIONS(FUNCTION)                                                                   \
    FUNCTION(api_version, const char *, (void))                                                   \
    FUNCTION(chip_open, struct gpiod_chip *, (const char *))                                      \
    FUNCTION(chip_close, void, (struct gpiod_chip *))                                             \
    FUNCTION(chip_get_info, struct gpiod_chip_info *, (struct gpiod_chip *))                      \
    FUNCTION(chip_get_line_offset_from_name, int, (struct gpiod_chip *, const char *))            \
    FUNCTION(                                                                                     \
        chip_request_lines, struct gpiod_line_request *,                                          \
        (struct gpiod_chip *, struct gpiod_request_config *, struct gpiod_line_config *))         \
    FUNCTION(chip_info_free, void, (struct gpiod_chip_info *))                                    \
    FUNCTION(chip_info_get_label, const char *, (struct gpiod_chip_info *))                       \
    FUNCTION(chip_info_get_num_lines, size_t, (struct gpiod_chip_info *))                         \
    FUNCTION(line_settings_new, struct gpiod_line_settings *, (void))                             \
    FUNCTION(line_settings_free, void, (struct gpiod_line_settings *))                            \
    FUNCTION(line_settings_reset, void, (struct gpiod_line_settings *))                           \
    FUNCTION(                                                                                     \
        line_settings_set_direction, int,                                                         \
        (struct gpiod_line_settings *, enum two_line_direction))                                  \
    FUNCTION(                                                                                     \
        line_settings_set_edge_detection, int,                                                    \
        (struct gpiod_line_settings *, enum two_line_edge))                                       \
    FUNCTION(line_settings_set_bias, int, (struct gpiod_line_settings *, enum two_line_bias))     \
    FUNCTION(line_settings_set_active_low, void, (struct gpiod_line_settings *, bool))            \
    FUNCTION(                                                                                     \
        line_settings_set_debounce_period_us, void, (struct gpiod_line_settings *, unsigned long)) \
    FUNCTION(                                                                                     \
        line_settings_set_event_clock, int,                                                       \
        (struct gpiod_line_settings *, enum two_line_clock))                                      \
    FUNCTION(                                                                                     \
        line_settings_set_output_value, int,                                                      \
        (struct gpiod_line_settings *, enum two_line_value))                                      \
    FUNCTION(line_config_new, struct gpiod_line_config *, (void))                                 \
    FUNCTION(line_config_free, void, (struct gpiod_line_config *))                                \
    FUNCTION(                                                                                     \
        line_config_add_line_settings, int,                                                       \
        (struct gpiod_line_config *, const unsigned int *, size_t,                                \
         struct gpiod_line_settings *))                                                           \
    FUNCTION(request_config_new, struct gpiod_request_config *, (void))                           \
    FUNCTION(request_config_free, void, (struct gpiod_request_config *))                          \
    FUNCTION(request_config_set_consumer, void, (struct gpiod_request_config *, const char *))    \
    FUNCTION(line_request_release, void, (struct gpiod_line_request *))                           \
    FUNCTION(line_request_get_fd, int, (struct gpiod_line_request *))                             \
    FUNCTION(                                                                                     \
        line_request_get_value, enum two_line_value,                                              \
        (struct gpiod_line_request *, unsigned int))                                              \
    FUNCTION(                                                                                     \
        line_request_set_value, int,                                                              \
        (struct gpiod_line_request *, unsigned int, enum two_line_value))                         \
    FUNCTION(                                                                                     \
        line_request_read_edge_events, int,                                                       \
        (struct gpiod_line_request *, struct gpiod_edge_event_buffer *, size_t))                  \
    FUNCTION(edge_event_buffer_new, struct gpiod_edge_event_buffer *, (size_t))                   \
    FUNCTION(edge_event_buffer_free, void, (struct gpiod_edge_event_buffer *))                    \
    FUNCTION(                                                                                     \
        edge_event_buffer_get_event, struct gpiod_edge_event *,                                   \
        (struct gpiod_edge_event_buffer *, unsigned long))                                        \
    FUNCTION(edge_event_get_event_type, enum two_edge_event_type, (struct gpiod_edge_event *))    \
    FUNCTION(edge_event_get_timestamp_ns, uint64_t, (struct gpiod_edge_event *))                  \
    FUNCTION(edge_event_get_line_offset, unsigned int, (struct gpiod_edge_event *))
#endif
