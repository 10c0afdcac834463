// A TPM 2.0 by tpm2-tss, which is loaded when it is asked for: a box without a TPM needs no
// library. One connection is for one thread at a time.
#ifndef CITYZENBOX_CTSS2_H
#define CITYZENBOX_CTSS2_H
#include <stddef.h>
#include <stdint.h>

struct ctss2;

enum ctss2_result {
    CTSS2_DONE = 0,
    // This program was built without the headers of tpm2-tss, or the library is not installed.
    CTSS2_NO_LIBRARY,
    // Nobody answers, or not as a TPM does.
    CTSS2_NO_TPM,
    // What was to be loaded was made by another TPM, or by this one before it was cleared.
    CTSS2_OTHER_TPM,
    // The TPM refused.
    CTSS2_REFUSED,
};

// What a TPM made of a key: only this TPM can load it.
struct ctss2_blob {
    size_t count;
    uint8_t bytes[2048];
};

// Connects to the TPM that `tcti` names, as `device:/dev/tpmrm0`, and makes its storage parent.
// `code` is what tpm2-tss said where it failed.
enum ctss2_result ctss2_open(const char *tcti, struct ctss2 **tpm, uint32_t *code);
void ctss2_close(struct ctss2 *tpm);

// What tpm2-tss said last.
uint32_t ctss2_code(const struct ctss2 *tpm);

// Makes a P-256 key for signatures and key agreement, whose private half never leaves the TPM.
enum ctss2_result ctss2_make_device_key(struct ctss2 *tpm, struct ctss2_blob *blob);
// Its public point (SEC 1, uncompressed).
enum ctss2_result ctss2_point(struct ctss2 *tpm, const struct ctss2_blob *blob, uint8_t point[65]);
// r and s of an ECDSA signature.
enum ctss2_result ctss2_sign(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t digest[32],
    uint8_t signature[64]);
// The x of the product with a point.
enum ctss2_result ctss2_agree(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t point[65], uint8_t secret[32]);

// Makes a key for HMAC-SHA-256 of `count` bytes, or a new one by chance where `key` is NULL.
enum ctss2_result ctss2_make_mac_key(
    struct ctss2 *tpm, const uint8_t *key, size_t count, struct ctss2_blob *blob);
// HMAC-SHA-256 of at most 1,024 bytes.
enum ctss2_result ctss2_authenticate(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t *message, size_t count,
    uint8_t mac[32]);

// The counter of this program, which is made where it is not there.
enum ctss2_result ctss2_read_counter(struct ctss2 *tpm, uint64_t *count);
enum ctss2_result ctss2_count(struct ctss2 *tpm);
#endif
