// OpenSSL 3's libcrypto, and the macros that Swift cannot import.
#ifndef CITYZENBOX_COPENSSL_H
#define CITYZENBOX_COPENSSL_H
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

static inline EVP_PKEY *copenssl_generate_p256(void) { return EVP_EC_gen("P-256"); }
#endif
