#include <clinux.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/watchdog.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int clinux_open(const char *path, int flags) {
    int file = open(path, flags | O_CLOEXEC);
    return file < 0 ? -errno : file;
}

int clinux_create(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return file < 0 ? -errno : file;
}

int clinux_synchronize(int file) { return fsync(file) < 0 ? -errno : 0; }

int clinux_close(int file) { return close(file) < 0 ? -errno : 0; }

long clinux_read(int file, void *bytes, size_t count) {
    ssize_t got;
    do got = read(file, bytes, count); while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

long clinux_write(int file, const void *bytes, size_t count) {
    ssize_t put;
    do put = write(file, bytes, count); while (put < 0 && errno == EINTR);
    return put < 0 ? -errno : put;
}

void clinux_error_text(int code, char *text, size_t count) {
    strncpy(text, strerror(code), count);
    text[count - 1] = 0;
}

int clinux_clock(int clock, int64_t *nanoseconds) {
    struct timespec time;
    if (clock_gettime(clock, &time) < 0) return -errno;
    *nanoseconds = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    return 0;
}

int clinux_timer(int clock) {
    int file = timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC);
    return file < 0 ? -errno : file;
}

int clinux_timer_set(int file, int64_t nanoseconds, int tells_of_jumps) {
    struct itimerspec time = {{0, 0}, {nanoseconds / 1000000000, nanoseconds % 1000000000}};
    int flags = TFD_TIMER_ABSTIME | (tells_of_jumps ? TFD_TIMER_CANCEL_ON_SET : 0);
    return timerfd_settime(file, flags, &time, NULL) < 0 ? -errno : 0;
}

int clinux_synchronization(
    int *is_synchronized, int64_t *error_microseconds, int64_t *nanoseconds) {
    struct timex state;
    memset(&state, 0, sizeof state);
    int result = adjtimex(&state);
    if (result < 0) return -errno;
    *is_synchronized = result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    *error_microseconds = state.maxerror;
    *nanoseconds = (int64_t)state.time.tv_sec * 1000000000
        + (state.status & STA_NANO ? state.time.tv_usec : state.time.tv_usec * 1000);
    return 0;
}

int clinux_rtc_read(int file, struct rtc_time *time) {
    return ioctl(file, RTC_RD_TIME, time) < 0 ? -errno : 0;
}

int clinux_rtc_set(int file, const struct rtc_time *time) {
    return ioctl(file, RTC_SET_TIME, time) < 0 ? -errno : 0;
}

int clinux_rtc_voltage(int file, unsigned int *flags) {
    *flags = 0;
    return ioctl(file, RTC_VL_READ, flags) < 0 ? -errno : 0;
}

int clinux_watchdog_keep_alive(int file) {
    return ioctl(file, WDIOC_KEEPALIVE, 0) < 0 ? -errno : 0;
}

int clinux_watchdog_set_timeout(int file, int *seconds) {
    return ioctl(file, WDIOC_SETTIMEOUT, seconds) < 0 ? -errno : 0;
}

long clinux_release_code(void) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return -errno;
    long released = 0;
    char line[512];
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        char rights[5], path[2];
        // Code of files is never written to: dropping it loses nothing. Other mappings may hold
        // what the linker put in.
        if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %1s", &start, &end, rights, path) != 4) continue;
        if (strcmp(rights, "r-xp") != 0 || path[0] != '/') continue;
        if (madvise((void *)start, end - start, MADV_DONTNEED) == 0) released += end - start;
    }
    fclose(maps);
    return released;
}

int clinux_route_socket(unsigned int groups) {
    int file = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (file < 0) return -errno;
    struct sockaddr_nl address;
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (bind(file, (struct sockaddr *)&address, sizeof address) < 0) {
        int reason = errno;
        close(file);
        return -reason;
    }
    return file;
}

long clinux_route_send(int file, const void *bytes, size_t count) {
    struct sockaddr_nl kernel;
    memset(&kernel, 0, sizeof kernel);
    kernel.nl_family = AF_NETLINK;
    ssize_t put =
        sendto(file, bytes, count, MSG_DONTWAIT, (struct sockaddr *)&kernel, sizeof kernel);
    return put < 0 ? -errno : put;
}

long clinux_route_receive(int file, void *bytes, size_t count) {
    struct sockaddr_nl from;
    socklen_t length = sizeof from;
    memset(&from, 0, sizeof from);
    ssize_t got = recvfrom(
        file, bytes, count, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &length);
    if (got < 0) return -errno;
    return from.nl_pid == 0 ? got : 0;
}

long clinux_datagram(
    const char *address, size_t address_length, const void *bytes, size_t count) {
    struct sockaddr_un to;
    memset(&to, 0, sizeof to);
    to.sun_family = AF_UNIX;
    if (address_length == 0 || address_length >= sizeof to.sun_path) return -ENAMETOOLONG;
    memcpy(to.sun_path, address, address_length);
    int is_abstract = address[0] == '@';
    if (is_abstract) to.sun_path[0] = 0;
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + address_length + !is_abstract;
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (file < 0) return -errno;
    ssize_t put =
        sendto(file, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&to, length);
    int reason = errno;
    close(file);
    return put < 0 ? -reason : put;
}

static int local_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

int clinux_local_listen(const char *path) {
    struct sockaddr_un address;
    int result = local_address(path, &address);
    if (result < 0) return result;
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (file < 0) return -errno;
    // Only a socket is replaced: a path that was mistyped must not cost a file.
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) unlink(path);
    if (bind(file, (struct sockaddr *)&address, sizeof address) < 0 || chmod(path, 0660) < 0
        || listen(file, 8) < 0) {
        int reason = errno;
        close(file);
        return -reason;
    }
    return file;
}

int clinux_local_accept(int file) {
    int peer = accept4(file, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return peer < 0 ? -errno : peer;
}

int clinux_local_connect(const char *path) {
    struct sockaddr_un address;
    int result = local_address(path, &address);
    if (result < 0) return result;
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) return -errno;
    // Who waits for a box that hangs wants to know that it hangs.
    struct timeval patience = {5, 0};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(file, (struct sockaddr *)&address, sizeof address) < 0) {
        int reason = errno;
        close(file);
        return -reason;
    }
    return file;
}

int clinux_signals(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    int file = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return file < 0 ? -errno : file;
}

int clinux_signal_take(int file) {
    struct signalfd_siginfo told;
    ssize_t got;
    do got = read(file, &told, sizeof told); while (got < 0 && errno == EINTR);
    return got == sizeof told ? (int)told.ssi_signo : 0;
}

_Static_assert(sizeof(struct termios) <= sizeof(struct clinux_terminal), "settings fit");

int clinux_terminal_make_raw(int file, unsigned int speed, struct clinux_terminal *saved) {
    struct termios settings;
    if (tcgetattr(file, &settings) < 0) return -errno;
    memset(saved, 0, sizeof *saved);
    memcpy(saved, &settings, sizeof settings);
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD | CS8;
    settings.c_cflag &= ~(CSTOPB | PARENB | CRTSCTS | HUPCL);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (cfsetspeed(&settings, speed) < 0) return -errno;
    return tcsetattr(file, TCSANOW, &settings) < 0 ? -errno : 0;
}

int clinux_terminal_restore(int file, const struct clinux_terminal *saved) {
    struct termios settings;
    memcpy(&settings, saved, sizeof settings);
    return tcsetattr(file, TCSANOW, &settings) < 0 ? -errno : 0;
}
