// Calls of Linux that Swift cannot make by itself: request numbers that are macros, variadic
// calls, structures with unions. Each answers with what the kernel gave, or with minus errno.
#ifndef CITYZENBOX_CLINUX_H
#define CITYZENBOX_CLINUX_H
#include <linux/can.h>
#include <linux/rtc.h>
#include <stddef.h>
#include <stdint.h>

int clinux_open(const char *path, int flags);

// Makes a file that must not exist yet, which its owner alone may read and write.
int clinux_create(const char *path);

// What was written is on the medium when it returns.
int clinux_synchronize(int file);

int clinux_close(int file);

long clinux_read(int file, void *bytes, size_t count);

long clinux_write(int file, const void *bytes, size_t count);

// What the C library calls an error, cut off to fit.
void clinux_error_text(int code, char *text, size_t count);

// Clocks.

int clinux_clock(int clock, int64_t *nanoseconds);

int clinux_timer(int clock);

// At 0 the timer is disarmed.
int clinux_timer_set(int file, int64_t nanoseconds, int tells_of_jumps);

// Whether the kernel's clock is synchronized, and by how much it may be off.
int clinux_synchronization(
    int *is_synchronized, int64_t *error_microseconds, int64_t *nanoseconds);

int clinux_rtc_read(int file, struct rtc_time *time);

int clinux_rtc_set(int file, const struct rtc_time *time);

int clinux_rtc_voltage(int file, unsigned int *flags);

// Watchdogs.

int clinux_watchdog_keep_alive(int file);

int clinux_watchdog_set_timeout(int file, int *seconds);

// Memory.

// Lets go of the program's code that is in memory; what runs comes back page by page. Returns how
// many bytes of code there are.
long clinux_release_code(void);

// Sockets.

int clinux_route_socket(unsigned int groups);

long clinux_route_send(int file, const void *bytes, size_t count);

// What another process than the kernel sent counts as an empty message; what does not fit has its
// true length.
long clinux_route_receive(int file, void *bytes, size_t count);

// Sends one datagram to an address of the AF_UNIX family: a path, or a name behind an @.
long clinux_datagram(
    const char *address, size_t address_length, const void *bytes, size_t count);

// Listens on a path of the file system for streams; what lies there from before is replaced. Those
// of the owner and the group may connect.
int clinux_local_listen(const char *path);

// The next one that has connected.
int clinux_local_accept(int file);

// Connects to a path, or answers with minus errno.
int clinux_local_connect(const char *path);

// Signals.

// From now on the signals in the list are told by the descriptor and in no other way; a broken pipe
// is an error of the call alone.
int clinux_signals(const int *signals, size_t count);

// The number of the next signal that came; 0 for none.
int clinux_signal_take(int file);

// Terminals.

// The settings of a terminal, to be given back.
struct clinux_terminal {
    uint64_t words[10];
};

// Bytes as they are, eight bits, no control characters, no modem lines, at a speed of termios.
// Without bytes to read there is EAGAIN, and the end only once it is gone. What was before goes
// into saved.
int clinux_terminal_make_raw(int file, unsigned int speed, struct clinux_terminal *saved);

int clinux_terminal_restore(int file, const struct clinux_terminal *saved);

// SocketCAN.

#define CLINUX_CAN_BATCH 32

// One frame, as the kernel gave it and with what it told about it.
struct clinux_can_received {
    uint32_t id;
    uint8_t length;
    uint8_t flags;
    uint8_t is_flexible;
    // 0: from the bus; 1: another program of this machine; 2: this socket.
    uint8_t origin;
    // Nanoseconds of CLOCK_REALTIME; 0 where the kernel told none.
    int64_t software_stamp;
    // Nanoseconds of the controller's own clock; 0 where it has none.
    int64_t hardware_stamp;
    // Frames that the socket lost since it was made, wrapping at 32 bits.
    uint32_t drops;
    uint8_t has_drops;
    uint64_t words[8];
};

// Buffers for one call that takes frames: made once, never moved.
struct clinux_can_batch;

// NULL without memory.
struct clinux_can_batch *clinux_can_batch_make(void);

void clinux_can_batch_free(struct clinux_can_batch *batch);

// CLINUX_CAN_BATCH frames, of which the last call filled the first ones.
const struct clinux_can_received *clinux_can_batch_frames(const struct clinux_can_batch *batch);

// A raw socket that is bound to nothing and receives nothing yet.
int clinux_can_socket(void);

int clinux_can_set_filters(
    int file, const struct can_filter *filters, unsigned int count);

int clinux_can_set_errors(int file, uint32_t classes);

int clinux_can_set_flexible(int file);

int clinux_can_set_own_frames(int file, int on);

// 2: software and controller stamps; 1: software stamps alone; 0: none. All of CLOCK_REALTIME.
int clinux_can_set_stamps(int file);

int clinux_can_set_drop_counter(int file);

// Room for frames that were not yet taken; without the right to force it, as much as is allowed.
int clinux_can_set_room(int file, int bytes);

int clinux_can_bind(int file, int interface);

long clinux_can_send(int file, uint32_t id, uint8_t length, uint64_t payload);

// How many frames were taken into batch->received.
int clinux_can_receive(int file, struct clinux_can_batch *batch);
#endif
