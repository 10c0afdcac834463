// A second process that ends pulses when the first one cannot: killed, stopped, or held up by a
// slow medium for longer than a coil bears.
//
// It shares the first one's line descriptors, so the kernel does not revert the lines when the
// first is gone, and this one can. It needs no more than what fork leaves in place.
#define _GNU_SOURCE
#include "backend.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct order {
    uint32_t line;
    uint32_t milliseconds;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

// Everything but the lines and the socket belongs to the other process alone: a log that is locked,
// a bus that is listened to. Which descriptors are lines only the kernel tells in both versions.
static void close_foreign(int socket) {
    DIR *folder = opendir("/proc/self/fd");
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char target[32] = "";
        int descriptor = atoi(entry->d_name);
        if (descriptor <= 2 || descriptor == socket || descriptor == dirfd(folder)) continue;
        if (readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) < 0) continue;
        if (strncmp(target, "anon_inode:gpio", 15) == 0) continue;
        if (strncmp(target, "anon_inode:[gpio", 16) == 0) continue;
        close(descriptor);
    }
    closedir(folder);
}

static void end_due(struct cgpiod_request *request, int64_t *due) {
    for (size_t line = 0; line < cgpiod_request_count(request); line++) {
        if (due[line] == 0 || now() < due[line]) continue;
        cgpiod_write_level(request, line, cgpiod_request_line(request, line)->safe);
        due[line] = 0;
    }
}

static int until_next(const struct cgpiod_request *request, const int64_t *due) {
    int64_t next = -1;
    for (size_t line = 0; line < cgpiod_request_count(request); line++) {
        if (due[line] != 0 && (next < 0 || due[line] < next)) next = due[line];
    }
    if (next < 0) return -1;
    int64_t wait = next - now();
    return wait < 0 ? 0 : (int)wait;
}

static void stand_guard(struct cgpiod_request *request, int socket) {
    int64_t due[CGPIOD_LINES_MAXIMUM] = {0};
    for (;;) {
        struct pollfd source = {.fd = socket, .events = POLLIN};
        poll(&source, 1, until_next(request, due));
        // Orders first, whatever woke it: a pulse that begins anew is not ended by the bound of the
        // one before.
        for (;;) {
            struct order order;
            ssize_t got = recv(socket, &order, sizeof order, MSG_DONTWAIT);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
            if (got != sizeof order) return;
            if (order.line >= cgpiod_request_count(request)) continue;
            due[order.line] = now() + order.milliseconds;
        }
        end_due(request, due);
    }
}

int cgpiod_start_guard(struct cgpiod_request *request, pid_t *process) {
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return -1;
    pid_t child = fork();
    if (child < 0) {
        int reason = errno;
        close(sockets[0]);
        close(sockets[1]);
        errno = reason;
        return -1;
    }
    if (child == 0) {
        // It ends when the other process has ended, by no other request: orderly stops reach the
        // whole group.
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        signal(SIGQUIT, SIG_IGN);
        // What systemd sends to the whole group when the first one missed its watchdog.
        signal(SIGABRT, SIG_IGN);
        prctl(PR_SET_NAME, "pulse-guard");
        // Else this end would keep itself alive.
        close(sockets[0]);
        close_foreign(sockets[1]);
        stand_guard(request, sockets[1]);
        cgpiod_write_safe_levels(request);
        _exit(0);
    }
    close(sockets[1]);
    *process = child;
    return sockets[0];
}

int cgpiod_arm_guard(int socket, uint32_t line, uint32_t milliseconds) {
    struct order order = {line, milliseconds};
    ssize_t sent = send(socket, &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent == sizeof order ? 0 : -1;
}

bool cgpiod_has_guard(int socket) {
    char nothing;
    // It never sends anything: what can be read is its end.
    return recv(socket, &nothing, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

void cgpiod_stop_guard(int socket, pid_t process) {
    close(socket);
    kill(process, SIGCONT);
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
}
