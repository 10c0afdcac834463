// OpenSSL 3's libcrypto: the parts that Swift cannot import, or that would be pages of pointers.
#ifndef CITYZENBOX_COPENSSL_H
#define CITYZENBOX_COPENSSL_H
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include "documents.h"

// A macro in C.
static inline EVP_PKEY *copenssl_generate_p256(void) { return EVP_EC_gen("P-256"); }

// The key pair whose private scalar these bytes are, big endian; NULL if they are none.
static inline EVP_PKEY *copenssl_p256_from_scalar(const unsigned char *bytes, size_t count) {
    EVP_PKEY *key = NULL;
    unsigned char point[65];
    BIGNUM *scalar = BN_bin2bn(bytes, (int)count, BN_secure_new());
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *pub = group ? EC_POINT_new(group) : NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (scalar && pub && build && ctx && !BN_is_zero(scalar)
        && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0
        && EC_POINT_mul(group, pub, scalar, NULL, NULL, NULL)
        && EC_POINT_point2oct(group, pub, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL)
            == sizeof point
        && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0)
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar)
        && OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point)
        && (params = OSSL_PARAM_BLD_to_param(build)) != NULL
        && EVP_PKEY_fromdata_init(ctx) == 1)
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EC_POINT_free(pub);
    EC_GROUP_free(group);
    BN_clear_free(scalar);
    return key;
}

// ECDSA with SHA-256; the signature is r and s, 32 bytes each, as JWS has it. 1 on success.
static inline int copenssl_es256_sign(
    EVP_PKEY *key, const unsigned char *message, size_t count, unsigned char *signature) {
    unsigned char der[128];
    size_t length = sizeof der;
    int done = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1
        && EVP_DigestSign(ctx, der, &length, message, count) == 1) {
        const unsigned char *at = der;
        ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &at, (long)length);
        done = parsed && BN_bn2binpad(ECDSA_SIG_get0_r(parsed), signature, 32) == 32
            && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), signature + 32, 32) == 32;
        ECDSA_SIG_free(parsed);
    }
    EVP_MD_CTX_free(ctx);
    return done;
}

// 1 if `key` signed the message.
static inline int copenssl_es256_verify(
    EVP_PKEY *key, const unsigned char *message, size_t count, const unsigned char *signature) {
    int valid = 0;
    unsigned char *der = NULL;
    ECDSA_SIG *parsed = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (parsed && r && s && ECDSA_SIG_set0(parsed, r, s)) {
        int length = i2d_ECDSA_SIG(parsed, &der);
        r = s = NULL;
        valid = ctx && length > 0 && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1
            && EVP_DigestVerify(ctx, der, (size_t)length, message, count) == 1;
    }
    BN_free(r);
    BN_free(s);
    OPENSSL_free(der);
    ECDSA_SIG_free(parsed);
    EVP_MD_CTX_free(ctx);
    return valid;
}
#endif
