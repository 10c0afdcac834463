// A raw CAN socket of one interface, and frames taken from it many at a time.
#include <clinux.h>
#include <errno.h>
#include <linux/can/raw.h>
#include <linux/net_tstamp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Buffers for one call of recvmmsg: made once, never moved.
struct clinux_can_batch {
    struct clinux_can_received received[CLINUX_CAN_BATCH];
    struct mmsghdr headers[CLINUX_CAN_BATCH];
    struct iovec parts[CLINUX_CAN_BATCH];
    struct canfd_frame frames[CLINUX_CAN_BATCH];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(3 * sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t)) + 64];
    } controls[CLINUX_CAN_BATCH];
};

static int clinux_can_option(int file, int option, const void *value, socklen_t length) {
    return setsockopt(file, SOL_CAN_RAW, option, value, length) < 0 ? -errno : 0;
}

int clinux_can_socket(void) {
    int file = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
    if (file < 0) return -errno;
    if (setsockopt(file, SOL_CAN_RAW, CAN_RAW_FILTER, NULL, 0) < 0) {
        int reason = errno;
        close(file);
        return -reason;
    }
    return file;
}

int clinux_can_set_filters(
    int file, const struct can_filter *filters, unsigned int count) {
    return clinux_can_option(
        file, CAN_RAW_FILTER, count == 0 ? NULL : filters, count * sizeof *filters);
}

int clinux_can_set_errors(int file, uint32_t classes) {
    return clinux_can_option(file, CAN_RAW_ERR_FILTER, &classes, sizeof classes);
}

int clinux_can_set_flexible(int file) {
    int on = 1;
    return clinux_can_option(file, CAN_RAW_FD_FRAMES, &on, sizeof on);
}

int clinux_can_set_own_frames(int file, int on) {
    return clinux_can_option(file, CAN_RAW_RECV_OWN_MSGS, &on, sizeof on);
}

int clinux_can_set_stamps(int file) {
    int wanted = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE
        | SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE;
    int on = 1;
    if (setsockopt(file, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted) == 0) return 2;
    if (setsockopt(file, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0) return 1;
    return 0;
}

int clinux_can_set_drop_counter(int file) {
    int on = 1;
    return setsockopt(file, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) < 0 ? -errno : 0;
}

int clinux_can_set_room(int file, int bytes) {
    if (setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return 0;
    return setsockopt(file, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) < 0 ? -errno : 0;
}

int clinux_can_bind(int file, int interface) {
    struct sockaddr_can address;
    memset(&address, 0, sizeof address);
    address.can_family = AF_CAN;
    address.can_ifindex = interface;
    return bind(file, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

long clinux_can_send(int file, uint32_t id, uint8_t length, uint64_t payload) {
    struct can_frame frame;
    memset(&frame, 0, sizeof frame);
    frame.can_id = id;
    frame.can_dlc = length;
    for (int index = 0; index < length && index < 8; index++)
        frame.data[index] = (uint8_t)(payload >> (8 * index));
    return clinux_write(file, &frame, sizeof frame);
}

static int64_t clinux_nanoseconds(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static void clinux_can_controls(struct msghdr *header, struct clinux_can_received *out) {
    struct cmsghdr *control;
    for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
        if (control->cmsg_level != SOL_SOCKET) continue;
        if (control->cmsg_type == SCM_TIMESTAMPING) {
            struct timespec times[3];
            memcpy(times, CMSG_DATA(control), sizeof times);
            out->software_stamp = clinux_nanoseconds(&times[0]);
            out->hardware_stamp = clinux_nanoseconds(&times[2]);
        } else if (control->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(control), sizeof time);
            out->software_stamp = clinux_nanoseconds(&time);
        } else if (control->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&out->drops, CMSG_DATA(control), sizeof out->drops);
            out->has_drops = 1;
        }
    }
}

static void clinux_can_flatten(struct clinux_can_batch *batch, int index) {
    struct mmsghdr *header = &batch->headers[index];
    struct canfd_frame *frame = &batch->frames[index];
    struct clinux_can_received *out = &batch->received[index];
    memset(out, 0, sizeof *out);
    out->id = frame->can_id;
    out->is_flexible = header->msg_len == CANFD_MTU;
    int most = out->is_flexible ? 64 : 8;
    out->length = frame->len > most ? most : frame->len;
    out->flags = out->is_flexible ? frame->flags : 0;
    for (int byte = 0; byte < out->length; byte++)
        out->words[byte / 8] |= (uint64_t)frame->data[byte] << (8 * (byte % 8));
    if (header->msg_hdr.msg_flags & MSG_CONFIRM) out->origin = 2;
    else if (header->msg_hdr.msg_flags & MSG_DONTROUTE) out->origin = 1;
    clinux_can_controls(&header->msg_hdr, out);
}

int clinux_can_receive(int file, struct clinux_can_batch *batch) {
    for (int index = 0; index < CLINUX_CAN_BATCH; index++) {
        struct msghdr *header = &batch->headers[index].msg_hdr;
        batch->parts[index].iov_base = &batch->frames[index];
        batch->parts[index].iov_len = sizeof batch->frames[index];
        memset(header, 0, sizeof *header);
        header->msg_iov = &batch->parts[index];
        header->msg_iovlen = 1;
        header->msg_control = &batch->controls[index];
        header->msg_controllen = sizeof batch->controls[index];
    }
    int count;
    do count = recvmmsg(file, batch->headers, CLINUX_CAN_BATCH, MSG_DONTWAIT, NULL);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    for (int index = 0; index < count; index++) clinux_can_flatten(batch, index);
    return count;
}

struct clinux_can_batch *clinux_can_batch_make(void) {
    return calloc(1, sizeof(struct clinux_can_batch));
}

void clinux_can_batch_free(struct clinux_can_batch *batch) { free(batch); }

const struct clinux_can_received *clinux_can_batch_frames(const struct clinux_can_batch *batch) {
    return batch->received;
}
