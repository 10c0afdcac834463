// One face for the two libgpiod that are in the field: 1.6 (Debian 12) and 2.x (Debian 13).
//
// Which of them is found out when a program first asks for a chip: libgpiod.so.3, which is 2.x, is
// loaded, else libgpiod.so.2, which is 1.x. So one program serves both, and needs neither to be
// built. Differences that do not show here: 1.x asks the kernel for every line alone and gets one
// descriptor for each, which an epoll descriptor joins; 2.x asks for all at once.
//
// Levels are logical: `true` is active, whatever the polarity. Functions that fail return -1 or
// NULL and say why in errno; none of them waits.
#ifndef CITYZENBOX_CGPIOD_H
#define CITYZENBOX_CGPIOD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CGPIOD_LINES_MAXIMUM 32

struct cgpiod_chip;
struct cgpiod_request;

enum cgpiod_bias { CGPIOD_BIAS_AS_IS, CGPIOD_BIAS_OFF, CGPIOD_BIAS_UP, CGPIOD_BIAS_DOWN };

// What is asked of one line. An input reports both of its edges.
struct cgpiod_line {
    unsigned int offset;
    bool is_output;
    bool is_active_low;
    enum cgpiod_bias bias;
    // Outputs: the level it takes when it is requested, and goes back to when it is released.
    bool safe;
    // Inputs: how long a level must last; 0 for none. Without effect unless cgpiod_debounces().
    unsigned int debounce_us;
};

// The line with number `line` of a request became active or inactive. The kernel stamps edges by
// CLOCK_MONOTONIC; the stamp is moved to CLOCK_BOOTTIME when it is read, which is exact unless the
// machine slept in between.
struct cgpiod_edge {
    unsigned int line;
    bool is_active;
    int64_t boot_nanoseconds;
};

// The major version of the library that was loaded, and its whole version; 0 and NULL where none is
// installed.
int cgpiod_major_version(void);
const char *cgpiod_library_version(void);
// Whether the kernel is asked to debounce inputs.
bool cgpiod_debounces(void);

// The chip with this label. ENODEV: there is none. ENOTUNIQ: there are several. ELIBACC: there is
// no libgpiod.
struct cgpiod_chip *cgpiod_open_chip(const char *label);
void cgpiod_close_chip(struct cgpiod_chip *chip);
unsigned int cgpiod_count_lines(struct cgpiod_chip *chip);
// The offset of the line with this name, or -1.
int cgpiod_find_line(struct cgpiod_chip *chip, const char *name);

// All of `lines` or none. On failure `*failed` is the number of the line that was refused, or
// `count` where the library does not say. A request that succeeds takes the chip over.
struct cgpiod_request *cgpiod_request_lines(
    struct cgpiod_chip *chip, const char *consumer, const struct cgpiod_line *lines, size_t count,
    size_t *failed);
// Outputs go to their safe level first.
void cgpiod_release(struct cgpiod_request *request);
// Readable when there are edges to be read. It does not block.
int cgpiod_descriptor(struct cgpiod_request *request);
// 1, 0 or -1.
int cgpiod_read_level(struct cgpiod_request *request, size_t line);
int cgpiod_write_level(struct cgpiod_request *request, size_t line, bool is_active);
int cgpiod_write_safe_levels(struct cgpiod_request *request);
// How many edges were put into `edges`; 0 when there are no more.
int cgpiod_read_edges(struct cgpiod_request *request, struct cgpiod_edge *edges, size_t count);

// Starts a process that shares the outputs of `request` and ends every pulse that this process
// fails to end: when a bound that was armed has passed, or at once for all outputs when this
// process is gone. Answers the socket it listens on; `*process` is its id.
int cgpiod_start_guard(struct cgpiod_request *request, pid_t *process);
// Within `milliseconds` from now the guard puts `line` to its safe level.
int cgpiod_arm_guard(int socket, uint32_t line, uint32_t milliseconds);
// Whether the guard is still there.
bool cgpiod_has_guard(int socket);
// Closes the socket and waits until the guard has left the outputs safe and ended.
void cgpiod_stop_guard(int socket, pid_t process);
#endif
