#include "ctss2.h"

#include <stdlib.h>
#include <string.h>

#if __has_include(<tss2/tss2_esys.h>)
#include <dlfcn.h>
#include <pthread.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

// FUNCTION(library, name)
#define FUNCTIONS(FUNCTION)                                                                       \
    FUNCTION(0, Tss2_TctiLdr_Initialize)                                                          \
    FUNCTION(0, Tss2_TctiLdr_Finalize)                                                            \
    FUNCTION(1, Tss2_MU_TPM2B_PUBLIC_Marshal)                                                     \
    FUNCTION(1, Tss2_MU_TPM2B_PUBLIC_Unmarshal)                                                   \
    FUNCTION(1, Tss2_MU_TPM2B_PRIVATE_Marshal)                                                    \
    FUNCTION(1, Tss2_MU_TPM2B_PRIVATE_Unmarshal)                                                  \
    FUNCTION(2, Esys_Initialize)                                                                  \
    FUNCTION(2, Esys_Finalize)                                                                    \
    FUNCTION(2, Esys_Free)                                                                        \
    FUNCTION(2, Esys_Startup)                                                                     \
    FUNCTION(2, Esys_CreatePrimary)                                                               \
    FUNCTION(2, Esys_Create)                                                                      \
    FUNCTION(2, Esys_Load)                                                                        \
    FUNCTION(2, Esys_FlushContext)                                                                \
    FUNCTION(2, Esys_EvictControl)                                                                \
    FUNCTION(2, Esys_StartAuthSession)                                                            \
    FUNCTION(2, Esys_TRSess_SetAttributes)                                                        \
    FUNCTION(2, Esys_Sign)                                                                        \
    FUNCTION(2, Esys_ECDH_ZGen)                                                                   \
    FUNCTION(2, Esys_HMAC)                                                                        \
    FUNCTION(2, Esys_TR_FromTPMPublic)                                                            \
    FUNCTION(2, Esys_TR_Close)                                                                    \
    FUNCTION(2, Esys_NV_DefineSpace)                                                              \
    FUNCTION(2, Esys_NV_Increment)                                                                \
    FUNCTION(2, Esys_NV_Read)

static struct {
#define DECLARE(library, name) __typeof__(&name) name;
    FUNCTIONS(DECLARE)
} tss;
static int loaded;

static void load(void) {
    static const char *const names[] = {
        "libtss2-tctildr.so.0", "libtss2-mu.so.0", "libtss2-esys.so.0"};
    void *libraries[3];
    // It writes what failed to the standard error by itself; what matters is told as an error.
    setenv("TSS2_LOG", "all+NONE", 0);
    for (int at = 0; at < 3; at++) {
        libraries[at] = dlopen(names[at], RTLD_NOW | RTLD_LOCAL);
        if (!libraries[at]) return;
    }
#define LOAD(library, name)                                                                       \
    if (!(tss.name = (__typeof__(tss.name))dlsym(libraries[library], #name))) return;
    FUNCTIONS(LOAD)
    loaded = 1;
}

struct ctss2 {
    TSS2_TCTI_CONTEXT *tcti;
    ESYS_CONTEXT *esys;
    ESYS_TR parent, session, key;
    // It takes a place among the keys in use, for it is not kept in the TPM.
    int parent_is_loaded;
    // What `key` was loaded from.
    struct ctss2_blob loaded;
    uint32_t code;
};

// In the owner's ranges (TCG registry of reserved handles).
enum { COUNTER_INDEX = 0x01804342, PARENT_HANDLE = 0x81004342 };

static int is_no_such_handle(TSS2_RC code) {
    return !(code & TSS2_RC_LAYER_MASK) && (code & TPM2_RC_FMT1)
        && (code & 0xBF) == TPM2_RC_HANDLE;
}

static enum ctss2_result judge(struct ctss2 *tpm, TSS2_RC code) {
    tpm->code = code;
    if (code == TSS2_RC_SUCCESS) return CTSS2_DONE;
    // The layers above the TPM's own: the connection, or what came over it.
    if (code & TSS2_RC_LAYER_MASK) return CTSS2_NO_TPM;
    // Format one: the parameter stands in bits that do not matter here.
    TSS2_RC kind = code & TPM2_RC_FMT1 ? code & 0xBF : code;
    if (kind == TPM2_RC_INTEGRITY) return CTSS2_OTHER_TPM;
    return CTSS2_REFUSED;
}

// Owner hierarchy, P-256, noDA: a lockout by power cuts must not lock a box out of its keys.
static const TPM2B_PUBLIC parent_template = {
    .publicArea = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT
            | TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA
            | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
        .parameters.eccDetail = {
            .symmetric = {
                .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB},
            .scheme.scheme = TPM2_ALG_NULL,
            .curveID = TPM2_ECC_NIST_P256,
            .kdf.scheme = TPM2_ALG_NULL,
        },
    },
};

// The parent is kept in the TPM: to make it anew takes some of them a second, and it would take
// one of the three places for keys in use.
static enum ctss2_result find_parent(struct ctss2 *tpm) {
    const TPM2B_SENSITIVE_CREATE sensitive = {.size = 0};
    const TPM2B_DATA outside = {.size = 0};
    const TPML_PCR_SELECTION none = {.count = 0};
    TSS2_RC code = tss.Esys_TR_FromTPMPublic(
        tpm->esys, PARENT_HANDLE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &tpm->parent);
    if (!is_no_such_handle(code)) return judge(tpm, code);
    enum ctss2_result result = judge(tpm, tss.Esys_CreatePrimary(
        tpm->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive,
        &parent_template, &outside, &none, &tpm->parent, NULL, NULL, NULL, NULL));
    if (result != CTSS2_DONE) return result;
    tpm->parent_is_loaded = 1;
    ESYS_TR kept = ESYS_TR_NONE;
    // Where it has no room for it, it goes as well without.
    if (tss.Esys_EvictControl(
            tpm->esys, ESYS_TR_RH_OWNER, tpm->parent, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
            PARENT_HANDLE, &kept) == TSS2_RC_SUCCESS) {
        tss.Esys_FlushContext(tpm->esys, tpm->parent);
        tpm->parent = kept;
        tpm->parent_is_loaded = 0;
    }
    return CTSS2_DONE;
}

static enum ctss2_result start_session(struct ctss2 *tpm) {
    const TPMT_SYM_DEF aes = {
        .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};
    // Salted by the parent: who listens to the wires of the TPM hears no key.
    enum ctss2_result result = judge(tpm, tss.Esys_StartAuthSession(
        tpm->esys, tpm->parent, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL,
        TPM2_SE_HMAC, &aes, TPM2_ALG_SHA256, &tpm->session));
    if (result != CTSS2_DONE) return result;
    const TPMA_SESSION attributes =
        TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT;
    return judge(
        tpm, tss.Esys_TRSess_SetAttributes(tpm->esys, tpm->session, attributes, 0xFF));
}

enum ctss2_result ctss2_open(const char *tcti, struct ctss2 **out, uint32_t *code) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    *code = 0;
    if (!loaded) return CTSS2_NO_LIBRARY;
    struct ctss2 *tpm = calloc(1, sizeof *tpm);
    if (!tpm) abort();
    tpm->parent = tpm->session = tpm->key = ESYS_TR_NONE;
    enum ctss2_result result = judge(tpm, tss.Tss2_TctiLdr_Initialize(tcti, &tpm->tcti));
    if (result == CTSS2_DONE)
        result = judge(tpm, tss.Esys_Initialize(&tpm->esys, tpm->tcti, NULL));
    if (result == CTSS2_DONE) {
        // The kernel has done it for its own; a TPM on a socket may wait for it.
        TSS2_RC started = tss.Esys_Startup(tpm->esys, TPM2_SU_CLEAR);
        result = judge(tpm, started == TPM2_RC_INITIALIZE ? TSS2_RC_SUCCESS : started);
        if (result == CTSS2_REFUSED) result = CTSS2_DONE;
    }
    if (result == CTSS2_DONE) result = find_parent(tpm);
    if (result == CTSS2_DONE) result = start_session(tpm);
    if (result == CTSS2_DONE) {
        *out = tpm;
        return CTSS2_DONE;
    }
    *code = tpm->code;
    ctss2_close(tpm);
    return result == CTSS2_REFUSED ? CTSS2_NO_TPM : result;
}

void ctss2_close(struct ctss2 *tpm) {
    if (tpm->esys) {
        if (tpm->key != ESYS_TR_NONE) tss.Esys_FlushContext(tpm->esys, tpm->key);
        if (tpm->session != ESYS_TR_NONE) tss.Esys_FlushContext(tpm->esys, tpm->session);
        if (tpm->parent_is_loaded) tss.Esys_FlushContext(tpm->esys, tpm->parent);
        tss.Esys_Finalize(&tpm->esys);
    }
    if (tpm->tcti) tss.Tss2_TctiLdr_Finalize(&tpm->tcti);
    free(tpm);
}

uint32_t ctss2_code(const struct ctss2 *tpm) { return tpm->code; }

static enum ctss2_result create(
    struct ctss2 *tpm, const TPM2B_SENSITIVE_CREATE *sensitive, const TPM2B_PUBLIC *template,
    struct ctss2_blob *blob) {
    const TPM2B_DATA outside = {.size = 0};
    const TPML_PCR_SELECTION none = {.count = 0};
    TPM2B_PRIVATE *private = NULL;
    TPM2B_PUBLIC *public = NULL;
    enum ctss2_result result = judge(tpm, tss.Esys_Create(
        tpm->esys, tpm->parent, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, sensitive, template,
        &outside, &none, &private, &public, NULL, NULL, NULL));
    if (result == CTSS2_DONE) {
        blob->count = 0;
        result = judge(tpm, tss.Tss2_MU_TPM2B_PUBLIC_Marshal(
            public, blob->bytes, sizeof blob->bytes, &blob->count));
    }
    if (result == CTSS2_DONE)
        result = judge(tpm, tss.Tss2_MU_TPM2B_PRIVATE_Marshal(
            private, blob->bytes, sizeof blob->bytes, &blob->count));
    tss.Esys_Free(private);
    tss.Esys_Free(public);
    return result;
}

static enum ctss2_result parse(
    struct ctss2 *tpm, const struct ctss2_blob *blob, TPM2B_PUBLIC *public,
    TPM2B_PRIVATE *private) {
    size_t at = 0;
    memset(public, 0, sizeof *public);
    memset(private, 0, sizeof *private);
    if (tss.Tss2_MU_TPM2B_PUBLIC_Unmarshal(blob->bytes, blob->count, &at, public)
        || tss.Tss2_MU_TPM2B_PRIVATE_Unmarshal(blob->bytes, blob->count, &at, private)
        || at != blob->count) {
        tpm->code = 0;
        return CTSS2_OTHER_TPM;
    }
    return CTSS2_DONE;
}

// Loads the key, unless it was loaded last: a TPM has room for a few only.
static enum ctss2_result load_key(struct ctss2 *tpm, const struct ctss2_blob *blob) {
    TPM2B_PUBLIC public;
    TPM2B_PRIVATE private;
    if (tpm->key != ESYS_TR_NONE) {
        if (tpm->loaded.count == blob->count
            && memcmp(tpm->loaded.bytes, blob->bytes, blob->count) == 0)
            return CTSS2_DONE;
        tss.Esys_FlushContext(tpm->esys, tpm->key);
        tpm->key = ESYS_TR_NONE;
    }
    enum ctss2_result result = parse(tpm, blob, &public, &private);
    if (result != CTSS2_DONE) return result;
    result = judge(tpm, tss.Esys_Load(
        tpm->esys, tpm->parent, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &private, &public,
        &tpm->key));
    if (result != CTSS2_DONE) {
        tpm->key = ESYS_TR_NONE;
        return result;
    }
    tpm->loaded = *blob;
    return CTSS2_DONE;
}

enum ctss2_result ctss2_make_device_key(struct ctss2 *tpm, struct ctss2_blob *blob) {
    const TPM2B_SENSITIVE_CREATE sensitive = {.size = 0};
    TPM2B_PUBLIC template = parent_template;
    template.publicArea.objectAttributes &= ~(TPMA_OBJECT)TPMA_OBJECT_RESTRICTED;
    template.publicArea.objectAttributes |= TPMA_OBJECT_SIGN_ENCRYPT;
    template.publicArea.parameters.eccDetail.symmetric =
        (TPMT_SYM_DEF_OBJECT){.algorithm = TPM2_ALG_NULL};
    return create(tpm, &sensitive, &template, blob);
}

// A number of the curve with its leading zeros.
static int put_number(const TPM2B_ECC_PARAMETER *number, uint8_t out[32]) {
    if (number->size > 32) return 0;
    memset(out, 0, 32);
    memcpy(out + 32 - number->size, number->buffer, number->size);
    return 1;
}

enum ctss2_result ctss2_point(
    struct ctss2 *tpm, const struct ctss2_blob *blob, uint8_t point[65]) {
    TPM2B_PUBLIC public;
    TPM2B_PRIVATE private;
    enum ctss2_result result = parse(tpm, blob, &public, &private);
    if (result != CTSS2_DONE) return result;
    point[0] = 4;
    return public.publicArea.type == TPM2_ALG_ECC
            && put_number(&public.publicArea.unique.ecc.x, point + 1)
            && put_number(&public.publicArea.unique.ecc.y, point + 33)
        ? CTSS2_DONE : CTSS2_OTHER_TPM;
}

enum ctss2_result ctss2_sign(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t digest[32],
    uint8_t signature[64]) {
    const TPMT_SIG_SCHEME scheme = {
        .scheme = TPM2_ALG_ECDSA, .details.ecdsa.hashAlg = TPM2_ALG_SHA256};
    const TPMT_TK_HASHCHECK outside = {.tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL};
    TPM2B_DIGEST value = {.size = 32};
    TPMT_SIGNATURE *made = NULL;
    memcpy(value.buffer, digest, 32);
    enum ctss2_result result = load_key(tpm, blob);
    if (result != CTSS2_DONE) return result;
    result = judge(tpm, tss.Esys_Sign(
        tpm->esys, tpm->key, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &value, &scheme,
        &outside, &made));
    if (result != CTSS2_DONE) return result;
    if (made->sigAlg != TPM2_ALG_ECDSA
        || !put_number(&made->signature.ecdsa.signatureR, signature)
        || !put_number(&made->signature.ecdsa.signatureS, signature + 32))
        result = CTSS2_NO_TPM;
    tss.Esys_Free(made);
    return result;
}

enum ctss2_result ctss2_agree(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t point[65],
    uint8_t secret[32]) {
    TPM2B_ECC_POINT in = {.size = 0, .point = {.x.size = 32, .y.size = 32}};
    TPM2B_ECC_POINT *out = NULL;
    memcpy(in.point.x.buffer, point + 1, 32);
    memcpy(in.point.y.buffer, point + 33, 32);
    enum ctss2_result result = load_key(tpm, blob);
    if (result != CTSS2_DONE) return result;
    result = judge(tpm, tss.Esys_ECDH_ZGen(
        tpm->esys, tpm->key, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &in, &out));
    if (result != CTSS2_DONE) return result;
    if (!put_number(&out->point.x, secret)) result = CTSS2_NO_TPM;
    explicit_bzero(out, sizeof *out);
    tss.Esys_Free(out);
    return result;
}

enum ctss2_result ctss2_make_mac_key(
    struct ctss2 *tpm, const uint8_t *key, size_t count, struct ctss2_blob *blob) {
    TPM2B_SENSITIVE_CREATE sensitive = {.size = 0};
    TPM2B_PUBLIC template = {
        .publicArea = {
            .type = TPM2_ALG_KEYEDHASH,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT
                | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_SIGN_ENCRYPT,
            .parameters.keyedHashDetail.scheme = {
                .scheme = TPM2_ALG_HMAC, .details.hmac.hashAlg = TPM2_ALG_SHA256},
        },
    };
    // Longer keys of HMAC-SHA-256 are hashed first, which is the caller's.
    if (count > 64) return CTSS2_REFUSED;
    if (key) {
        sensitive.sensitive.data.size = (UINT16)count;
        memcpy(sensitive.sensitive.data.buffer, key, count);
    } else {
        template.publicArea.objectAttributes |= TPMA_OBJECT_SENSITIVEDATAORIGIN;
    }
    enum ctss2_result result = create(tpm, &sensitive, &template, blob);
    explicit_bzero(&sensitive, sizeof sensitive);
    return result;
}

enum ctss2_result ctss2_authenticate(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t *message, size_t count,
    uint8_t mac[32]) {
    TPM2B_MAX_BUFFER in = {.size = (UINT16)count};
    TPM2B_DIGEST *out = NULL;
    if (count > sizeof in.buffer) return CTSS2_REFUSED;
    if (count > 0) memcpy(in.buffer, message, count);
    enum ctss2_result result = load_key(tpm, blob);
    if (result != CTSS2_DONE) return result;
    result = judge(tpm, tss.Esys_HMAC(
        tpm->esys, tpm->key, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &in, TPM2_ALG_SHA256,
        &out));
    if (result != CTSS2_DONE) return result;
    if (out->size == 32) {
        memcpy(mac, out->buffer, 32);
    } else {
        result = CTSS2_NO_TPM;
    }
    explicit_bzero(out, sizeof *out);
    tss.Esys_Free(out);
    return result;
}

// The counter's handle, which is defined and begun where it is not there.
static enum ctss2_result find_counter(struct ctss2 *tpm, ESYS_TR *counter) {
    const TPM2B_AUTH no_auth = {.size = 0};
    const TPM2B_NV_PUBLIC space = {
        .nvPublic = {
            .nvIndex = COUNTER_INDEX,
            .nameAlg = TPM2_ALG_SHA256,
            .attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA
                | (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT),
            .dataSize = 8,
        },
    };
    *counter = ESYS_TR_NONE;
    TSS2_RC code = tss.Esys_TR_FromTPMPublic(
        tpm->esys, COUNTER_INDEX, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, counter);
    if (!is_no_such_handle(code)) return judge(tpm, code);
    enum ctss2_result result = judge(tpm, tss.Esys_NV_DefineSpace(
        tpm->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &no_auth,
        &space, counter));
    if (result != CTSS2_DONE) return result;
    return judge(tpm, tss.Esys_NV_Increment(
        tpm->esys, *counter, *counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE));
}

enum ctss2_result ctss2_read_counter(struct ctss2 *tpm, uint64_t *count) {
    ESYS_TR counter;
    TPM2B_MAX_NV_BUFFER *data = NULL;
    enum ctss2_result result = find_counter(tpm, &counter);
    if (result == CTSS2_DONE) {
        TSS2_RC code = tss.Esys_NV_Read(
            tpm->esys, counter, counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, 8, 0, &data);
        // The power failed between making the counter and its first count.
        if (code == TPM2_RC_NV_UNINITIALIZED) {
            code = tss.Esys_NV_Increment(
                tpm->esys, counter, counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);
            if (code == TSS2_RC_SUCCESS)
                code = tss.Esys_NV_Read(
                    tpm->esys, counter, counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, 8,
                    0, &data);
        }
        result = judge(tpm, code);
    }
    if (result == CTSS2_DONE && data->size == 8) {
        *count = 0;
        for (int at = 0; at < 8; at++) *count = *count << 8 | data->buffer[at];
    } else if (result == CTSS2_DONE) {
        result = CTSS2_NO_TPM;
    }
    tss.Esys_Free(data);
    if (counter != ESYS_TR_NONE) tss.Esys_TR_Close(tpm->esys, &counter);
    return result;
}

enum ctss2_result ctss2_count(struct ctss2 *tpm) {
    ESYS_TR counter;
    enum ctss2_result result = find_counter(tpm, &counter);
    if (result == CTSS2_DONE)
        result = judge(tpm, tss.Esys_NV_Increment(
            tpm->esys, counter, counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE));
    if (counter != ESYS_TR_NONE) tss.Esys_TR_Close(tpm->esys, &counter);
    return result;
}

#else

enum ctss2_result ctss2_open(const char *tcti, struct ctss2 **tpm, uint32_t *code) {
    (void)tcti, (void)tpm;
    *code = 0;
    return CTSS2_NO_LIBRARY;
}
// Whoever has a TPM was built with the library: none of these is ever called.
void ctss2_close(struct ctss2 *tpm) { (void)tpm; }
uint32_t ctss2_code(const struct ctss2 *tpm) { return (void)tpm, 0; }
enum ctss2_result ctss2_make_device_key(struct ctss2 *tpm, struct ctss2_blob *blob) {
    return (void)tpm, (void)blob, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_point(
    struct ctss2 *tpm, const struct ctss2_blob *blob, uint8_t point[65]) {
    return (void)tpm, (void)blob, (void)point, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_sign(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t digest[32],
    uint8_t signature[64]) {
    return (void)tpm, (void)blob, (void)digest, (void)signature, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_agree(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t point[65],
    uint8_t secret[32]) {
    return (void)tpm, (void)blob, (void)point, (void)secret, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_make_mac_key(
    struct ctss2 *tpm, const uint8_t *key, size_t count, struct ctss2_blob *blob) {
    return (void)tpm, (void)key, (void)count, (void)blob, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_authenticate(
    struct ctss2 *tpm, const struct ctss2_blob *blob, const uint8_t *message, size_t count,
    uint8_t mac[32]) {
    return (void)tpm, (void)blob, (void)message, (void)count, (void)mac, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_read_counter(struct ctss2 *tpm, uint64_t *count) {
    return (void)tpm, (void)count, CTSS2_NO_LIBRARY;
}
enum ctss2_result ctss2_count(struct ctss2 *tpm) { return (void)tpm, CTSS2_NO_LIBRARY; }
#endif
