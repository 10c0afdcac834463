// libgpiod 2.x: the interface of Debian 13, on the kernel's second character device interface.
#define _GNU_SOURCE
#include "backend.h"
#include "two.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

// The functions of the library, once it is loaded.
static struct {
#define FIELD(name, result, parameters) result(*name) parameters;
    TWO_FUNCTIONS(FIELD)
} gpiod;

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

static const char *version(void) { return gpiod.api_version(); }

static struct cgpiod_chip *open_path(const char *path) {
    return (struct cgpiod_chip *)gpiod.chip_open(path);
}

static void close_chip(struct cgpiod_chip *chip) { gpiod.chip_close(REAL(chip)); }

static bool has_label(struct cgpiod_chip *chip, const char *label) {
    struct gpiod_chip_info *info = gpiod.chip_get_info(REAL(chip));
    bool has = info && strcmp(gpiod.chip_info_get_label(info), label) == 0;
    if (info) gpiod.chip_info_free(info);
    return has;
}

static unsigned int count_lines(struct cgpiod_chip *chip) {
    struct gpiod_chip_info *info = gpiod.chip_get_info(REAL(chip));
    unsigned int count = info ? (unsigned int)gpiod.chip_info_get_num_lines(info) : 0;
    if (info) gpiod.chip_info_free(info);
    return count;
}

static int find_line(struct cgpiod_chip *chip, const char *name) {
    return gpiod.chip_get_line_offset_from_name(REAL(chip), name);
}

static enum two_line_bias bias_of(enum cgpiod_bias bias) {
    switch (bias) {
    case CGPIOD_BIAS_AS_IS: return TWO_BIAS_AS_IS;
    case CGPIOD_BIAS_OFF: return TWO_BIAS_DISABLED;
    case CGPIOD_BIAS_UP: return TWO_BIAS_PULL_UP;
    case CGPIOD_BIAS_DOWN: return TWO_BIAS_PULL_DOWN;
    }
    return TWO_BIAS_AS_IS;
}

static int configure(
    struct gpiod_line_config *config, struct gpiod_line_settings *settings,
    const struct cgpiod_line *asked) {
    gpiod.line_settings_reset(settings);
    if (gpiod.line_settings_set_bias(settings, bias_of(asked->bias)) != 0) return -1;
    gpiod.line_settings_set_active_low(settings, asked->is_active_low);
    if (asked->is_output) {
        enum two_line_value level = asked->safe ? TWO_VALUE_ACTIVE : TWO_VALUE_INACTIVE;
        if (gpiod.line_settings_set_direction(settings, TWO_DIRECTION_OUTPUT) != 0
            || gpiod.line_settings_set_output_value(settings, level) != 0)
            return -1;
    } else {
        if (gpiod.line_settings_set_direction(settings, TWO_DIRECTION_INPUT) != 0
            || gpiod.line_settings_set_edge_detection(settings, TWO_EDGE_BOTH) != 0
            || gpiod.line_settings_set_event_clock(settings, TWO_CLOCK_MONOTONIC) != 0)
            return -1;
        gpiod.line_settings_set_debounce_period_us(settings, asked->debounce_us);
    }
    return gpiod.line_config_add_line_settings(config, &asked->offset, 1, settings);
}

static struct gpiod_line_request *request_all(
    struct gpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count) {
    struct gpiod_line_request *request = NULL;
    struct gpiod_line_config *config = gpiod.line_config_new();
    struct gpiod_line_settings *settings = gpiod.line_settings_new();
    struct gpiod_request_config *options = gpiod.request_config_new();
    int result = config && settings && options ? 0 : -1;
    for (size_t line = 0; result == 0 && line < count; line++)
        result = configure(config, settings, &lines[line]);
    if (result == 0) {
        gpiod.request_config_set_consumer(options, consumer);
        request = gpiod.chip_request_lines(chip, options, config);
    }
    int reason = errno;
    if (options) gpiod.request_config_free(options);
    if (settings) gpiod.line_settings_free(settings);
    if (config) gpiod.line_config_free(config);
    errno = reason;
    return request;
}

static struct cgpiod_request *request_lines(
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
    request->events = gpiod.edge_event_buffer_new(EVENTS);
    if (request->events) request->request = request_all(REAL(chip), consumer, lines, count);
    if (request->request) {
        int descriptor = gpiod.line_request_get_fd(request->request);
        int flags = fcntl(descriptor, F_GETFL);
        if (flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0) return request;
    }
    int reason = errno;
    if (request->request) gpiod.line_request_release(request->request);
    if (request->events) gpiod.edge_event_buffer_free(request->events);
    free(request);
    errno = reason;
    return NULL;
}

static void release(struct cgpiod_request *request) {
    gpiod.line_request_release(request->request);
    gpiod.edge_event_buffer_free(request->events);
    gpiod.chip_close(request->chip);
    free(request);
}

static int descriptor(struct cgpiod_request *request) {
    return gpiod.line_request_get_fd(request->request);
}

static size_t request_count(const struct cgpiod_request *request) { return request->count; }

static const struct cgpiod_line *request_line(const struct cgpiod_request *request, size_t line) {
    return &request->asked[line];
}

static int read_level(struct cgpiod_request *request, size_t line) {
    switch (gpiod.line_request_get_value(request->request, request->asked[line].offset)) {
    case TWO_VALUE_ACTIVE: return 1;
    case TWO_VALUE_INACTIVE: return 0;
    case TWO_VALUE_ERROR: return -1;
    }
    return -1;
}

static int write_level(struct cgpiod_request *request, size_t line, bool is_active) {
    return gpiod.line_request_set_value(
        request->request, request->asked[line].offset,
        is_active ? TWO_VALUE_ACTIVE : TWO_VALUE_INACTIVE);
}

static size_t index_of(const struct cgpiod_request *request, unsigned int offset) {
    size_t line = 0;
    while (line < request->count && request->asked[line].offset != offset) line++;
    return line;
}

static int read_edges(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count) {
    size_t room = count < EVENTS ? count : EVENTS;
    int got = gpiod.line_request_read_edge_events(request->request, request->events, room);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    int64_t lead = cgpiod_boot_lead();
    for (int event = 0; event < got; event++) {
        struct gpiod_edge_event *edge =
            gpiod.edge_event_buffer_get_event(request->events, (unsigned long)event);
        edges[event] = (struct cgpiod_edge) {
            .line = (unsigned int)index_of(request, gpiod.edge_event_get_line_offset(edge)),
            .is_active =
                gpiod.edge_event_get_event_type(edge) == TWO_EVENT_RISING_EDGE,
            .boot_nanoseconds = lead + (int64_t)gpiod.edge_event_get_timestamp_ns(edge),
        };
    }
    return got;
}

static const struct cgpiod_backend backend = {
    .major_version = 2,
    .debounces = true,
    .version = version,
    .open_path = open_path,
    .close_chip = close_chip,
    .has_label = has_label,
    .count_lines = count_lines,
    .find_line = find_line,
    .request_lines = request_lines,
    .release = release,
    .descriptor = descriptor,
    .request_count = request_count,
    .request_line = request_line,
    .read_level = read_level,
    .write_level = write_level,
    .read_edges = read_edges,
};

const struct cgpiod_backend *cgpiod_load_two(void) {
    void *library = dlopen(TWO_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return NULL;
#define LOAD(name, result, parameters)                                                            \
    if (!(*(void **)&gpiod.name = dlsym(library, "gpiod_" #name))) return NULL;
    TWO_FUNCTIONS(LOAD)
    return &backend;
}
