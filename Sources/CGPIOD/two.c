// libgpiod 2.x: the interface of Debian 13, on the kernel's second character device interface.
#define _GNU_SOURCE
#include "backend.h"

#if CGPIOD_MAJOR == 2
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

// libgpiod's own structures are opaque: ours are their other names.
#define REAL(chip) ((struct gpiod_chip *)(chip))

struct cgpiod_request {
    struct gpiod_chip *chip;
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *events;
    size_t count;
    struct cgpiod_line asked[CGPIOD_LINES_MAXIMUM];
};

enum { EVENTS = 64 };

const char *cgpiod_library_version(void) { return gpiod_api_version(); }
bool cgpiod_debounces(void) { return true; }

struct cgpiod_chip *cgpiod_open_path(const char *path) {
    return (struct cgpiod_chip *)gpiod_chip_open(path);
}

void cgpiod_close_chip(struct cgpiod_chip *chip) { gpiod_chip_close(REAL(chip)); }

bool cgpiod_has_label(struct cgpiod_chip *chip, const char *label) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(REAL(chip));
    bool has = info && strcmp(gpiod_chip_info_get_label(info), label) == 0;
    if (info) gpiod_chip_info_free(info);
    return has;
}

unsigned int cgpiod_count_lines(struct cgpiod_chip *chip) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(REAL(chip));
    unsigned int count = info ? (unsigned int)gpiod_chip_info_get_num_lines(info) : 0;
    if (info) gpiod_chip_info_free(info);
    return count;
}

int cgpiod_find_line(struct cgpiod_chip *chip, const char *name) {
    return gpiod_chip_get_line_offset_from_name(REAL(chip), name);
}

static enum gpiod_line_bias bias_of(enum cgpiod_bias bias) {
    switch (bias) {
    case CGPIOD_BIAS_AS_IS: return GPIOD_LINE_BIAS_AS_IS;
    case CGPIOD_BIAS_OFF: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIOD_BIAS_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIOD_BIAS_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

static int configure(
    struct gpiod_line_config *config, struct gpiod_line_settings *settings,
    const struct cgpiod_line *asked) {
    gpiod_line_settings_reset(settings);
    if (gpiod_line_settings_set_bias(settings, bias_of(asked->bias)) != 0) return -1;
    gpiod_line_settings_set_active_low(settings, asked->is_active_low);
    if (asked->is_output) {
        enum gpiod_line_value level =
            asked->safe ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
        if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) != 0
            || gpiod_line_settings_set_output_value(settings, level) != 0)
            return -1;
    } else {
        if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) != 0
            || gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH) != 0
            || gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC) != 0)
            return -1;
        gpiod_line_settings_set_debounce_period_us(settings, asked->debounce_us);
    }
    return gpiod_line_config_add_line_settings(config, &asked->offset, 1, settings);
}

static struct gpiod_line_request *request_all(
    struct gpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count) {
    struct gpiod_line_request *request = NULL;
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_request_config *options = gpiod_request_config_new();
    int result = config && settings && options ? 0 : -1;
    for (size_t line = 0; result == 0 && line < count; line++)
        result = configure(config, settings, &lines[line]);
    if (result == 0) {
        gpiod_request_config_set_consumer(options, consumer);
        request = gpiod_chip_request_lines(chip, options, config);
    }
    int reason = errno;
    if (options) gpiod_request_config_free(options);
    if (settings) gpiod_line_settings_free(settings);
    if (config) gpiod_line_config_free(config);
    errno = reason;
    return request;
}

struct cgpiod_request *cgpiod_request_lines(
    struct cgpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count,
    size_t *failed) {
    *failed = count;
    if (count > CGPIOD_LINES_MAXIMUM) {
        errno = E2BIG;
        return NULL;
    }
    struct cgpiod_request *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->chip = REAL(chip);
    request->count = count;
    memcpy(request->asked, lines, count * sizeof *lines);
    request->events = gpiod_edge_event_buffer_new(EVENTS);
    if (request->events) request->request = request_all(REAL(chip), consumer, lines, count);
    if (request->request) {
        int descriptor = gpiod_line_request_get_fd(request->request);
        int flags = fcntl(descriptor, F_GETFL);
        if (flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0) return request;
    }
    int reason = errno;
    if (request->request) gpiod_line_request_release(request->request);
    if (request->events) gpiod_edge_event_buffer_free(request->events);
    free(request);
    errno = reason;
    return NULL;
}

void cgpiod_release(struct cgpiod_request *request) {
    cgpiod_write_safe_levels(request);
    gpiod_line_request_release(request->request);
    gpiod_edge_event_buffer_free(request->events);
    gpiod_chip_close(request->chip);
    free(request);
}

int cgpiod_descriptor(struct cgpiod_request *request) {
    return gpiod_line_request_get_fd(request->request);
}

size_t cgpiod_request_count(const struct cgpiod_request *request) { return request->count; }

const struct cgpiod_line *cgpiod_request_line(const struct cgpiod_request *request, size_t line) {
    return &request->asked[line];
}

int cgpiod_read_level(struct cgpiod_request *request, size_t line) {
    switch (gpiod_line_request_get_value(request->request, request->asked[line].offset)) {
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    case GPIOD_LINE_VALUE_ERROR: return -1;
    }
    return -1;
}

int cgpiod_write_level(struct cgpiod_request *request, size_t line, bool is_active) {
    return gpiod_line_request_set_value(
        request->request, request->asked[line].offset,
        is_active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

static size_t index_of(const struct cgpiod_request *request, unsigned int offset) {
    size_t line = 0;
    while (line < request->count && request->asked[line].offset != offset) line++;
    return line;
}

int cgpiod_read_edges(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count) {
    size_t room = count < EVENTS ? count : EVENTS;
    int got = gpiod_line_request_read_edge_events(request->request, request->events, room);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    int64_t lead = cgpiod_boot_lead();
    for (int event = 0; event < got; event++) {
        struct gpiod_edge_event *edge =
            gpiod_edge_event_buffer_get_event(request->events, (unsigned long)event);
        edges[event] = (struct cgpiod_edge) {
            .line = (unsigned int)index_of(request, gpiod_edge_event_get_line_offset(edge)),
            .is_active =
                gpiod_edge_event_get_event_type(edge) == GPIOD_EDGE_EVENT_RISING_EDGE,
            .boot_nanoseconds = lead + (int64_t)gpiod_edge_event_get_timestamp_ns(edge),
        };
    }
    return got;
}
#endif
