// libgpiod 1.x: the interface of Debian 12, on the kernel's first character device interface.
#define _GNU_SOURCE
#include "backend.h"
#include "one.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// The functions of the library, once it is loaded.
static struct {
#define FIELD(name, result, parameters) result(*name) parameters;
    ONE_FUNCTIONS(FIELD)
} gpiod;

// libgpiod's own structures are opaque: ours are their other names.
#define REAL(chip) ((struct gpiod_chip *)(chip))

struct cgpiod_request {
    struct gpiod_chip *chip;
    int descriptor;
    size_t count;
    // The line that edges are read from next: one that chatters does not keep the others waiting.
    size_t next;
    struct cgpiod_line asked[CGPIOD_LINES_MAXIMUM];
    struct gpiod_line *lines[CGPIOD_LINES_MAXIMUM];
};

static const char *version(void) { return gpiod.version_string(); }

static struct cgpiod_chip *open_path(const char *path) {
    return (struct cgpiod_chip *)gpiod.chip_open(path);
}

static void close_chip(struct cgpiod_chip *chip) { gpiod.chip_close(REAL(chip)); }

static bool has_label(struct cgpiod_chip *chip, const char *label) {
    const char *own = gpiod.chip_label(REAL(chip));
    return own && strcmp(own, label) == 0;
}

static unsigned int count_lines(struct cgpiod_chip *chip) {
    return gpiod.chip_num_lines(REAL(chip));
}

static int find_line(struct cgpiod_chip *chip, const char *name) {
    struct gpiod_line *line = gpiod.chip_find_line(REAL(chip), name);
    return line ? (int)gpiod.line_offset(line) : -1;
}

static int bias_flag(enum cgpiod_bias bias) {
    switch (bias) {
    case CGPIOD_BIAS_AS_IS: return 0;
    case CGPIOD_BIAS_OFF: return ONE_FLAG_BIAS_DISABLE;
    case CGPIOD_BIAS_UP: return ONE_FLAG_BIAS_PULL_UP;
    case CGPIOD_BIAS_DOWN: return ONE_FLAG_BIAS_PULL_DOWN;
    }
    return 0;
}

static int request_one(
    struct cgpiod_request *request, size_t index, const char *consumer,
    const struct cgpiod_line *asked) {
    struct gpiod_line *line = gpiod.chip_get_line(request->chip, asked->offset);
    struct one_line_request_config config = {
        .consumer = consumer,
        .request_type = asked->is_output ? ONE_REQUEST_DIRECTION_OUTPUT
                                         : ONE_REQUEST_EVENT_BOTH_EDGES,
        .flags = bias_flag(asked->bias)
            | (asked->is_active_low ? ONE_FLAG_ACTIVE_LOW : 0),
    };
    if (!line || gpiod.line_request(line, &config, asked->safe) != 0) return -1;
    // Counted from here on, so that whatever fails next also gives this line back.
    request->asked[index] = *asked;
    request->lines[index] = line;
    request->count = index + 1;
    if (asked->is_output) return 0;
    int descriptor = gpiod.line_event_get_fd(line);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = index};
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) return -1;
    return epoll_ctl(request->descriptor, EPOLL_CTL_ADD, descriptor, &event);
}

static void release_lines(struct cgpiod_request *request) {
    for (size_t line = 0; line < request->count; line++) gpiod.line_release(request->lines[line]);
    if (request->descriptor >= 0) close(request->descriptor);
    free(request);
}

static struct cgpiod_request *request_lines(
    struct cgpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count,
    size_t *failed) {
    struct cgpiod_request *request = calloc(1, sizeof *request);
    *failed = count;
    if (!request) return NULL;
    request->chip = REAL(chip);
    request->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (request->descriptor < 0 || count > CGPIOD_LINES_MAXIMUM) {
        int reason = request->descriptor < 0 ? errno : E2BIG;
        release_lines(request);
        errno = reason;
        return NULL;
    }
    for (size_t line = 0; line < count; line++) {
        if (request_one(request, line, consumer, &lines[line]) == 0) continue;
        int reason = errno;
        *failed = line;
        release_lines(request);
        errno = reason;
        return NULL;
    }
    return request;
}

static void release(struct cgpiod_request *request) {
    struct gpiod_chip *chip = request->chip;
    release_lines(request);
    gpiod.chip_close(chip);
}

static int descriptor(struct cgpiod_request *request) { return request->descriptor; }
static size_t request_count(const struct cgpiod_request *request) { return request->count; }

static const struct cgpiod_line *request_line(const struct cgpiod_request *request, size_t line) {
    return &request->asked[line];
}

static int read_level(struct cgpiod_request *request, size_t line) {
    return gpiod.line_get_value(request->lines[line]);
}

static int write_level(struct cgpiod_request *request, size_t line, bool is_active) {
    return gpiod.line_set_value(request->lines[line], is_active);
}

static int read_edges(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count) {
    size_t found = 0;
    int64_t lead = cgpiod_boot_lead();
    for (size_t tried = 0; tried < request->count && found < count; tried++) {
        size_t line = request->next;
        request->next = (line + 1) % request->count;
        if (request->asked[line].is_output) continue;
        struct one_line_event events[16];
        size_t room = count - found < 16 ? count - found : 16;
        int got = gpiod.line_event_read_multiple(request->lines[line], events, (unsigned int)room);
        if (got < 0 && errno != EAGAIN && errno != EINTR) return -1;
        for (int event = 0; event < got; event++) {
            edges[found++] = (struct cgpiod_edge) {
                .line = (unsigned int)line,
                .is_active = events[event].event_type == ONE_EVENT_RISING_EDGE,
                .boot_nanoseconds = lead + events[event].ts.tv_sec * INT64_C(1000000000)
                    + events[event].ts.tv_nsec,
            };
        }
    }
    return (int)found;
}

static const struct cgpiod_backend backend = {
    .major_version = 1,
    // The first interface of the kernel knows no debouncing.
    .debounces = false,
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

const struct cgpiod_backend *cgpiod_load_one(void) {
    void *library = dlopen(ONE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return NULL;
#define LOAD(name, result, parameters)                                                            \
    if (!(*(void **)&gpiod.name = dlsym(library, "gpiod_" #name))) return NULL;
    ONE_FUNCTIONS(LOAD)
    return &backend;
}
