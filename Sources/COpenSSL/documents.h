// What OpenSSL's X.509 and CMS are used for here: requests, certificates, bundles; a P-256 key that
// somebody else holds; sealed files. Every function returns 1 on success unless it says otherwise.
#ifndef CITYZENBOX_COPENSSL_DOCUMENTS_H
#define CITYZENBOX_COPENSSL_DOCUMENTS_H
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

// The holder of a private key: `context`, and what it does. 1 on success.
struct copenssl_holder {
    void *context;
    // r and s, 32 bytes each, for a digest of 32 bytes.
    int (*sign)(void *context, const unsigned char *digest, unsigned char *signature);
    // The x of the product with a point of 65 bytes (SEC 1, uncompressed).
    int (*agree)(void *context, const unsigned char *point, unsigned char *secret);
    void (*release)(void *context);
};

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
// A key method is the one way that OpenSSL 3 has for a key whose private half is elsewhere without
// writing a whole provider.
static inline void copenssl_free_holder(
    void *parent, void *ptr, CRYPTO_EX_DATA *data, int index, long argl, void *argp) {
    struct copenssl_holder *holder = ptr;
    (void)parent, (void)data, (void)index, (void)argl, (void)argp;
    if (!holder) return;
    holder->release(holder->context);
    OPENSSL_free(holder);
}

static inline int copenssl_holder_index(void) {
    static int index = -1;
    if (index < 0) index = EC_KEY_get_ex_new_index(0, NULL, NULL, NULL, copenssl_free_holder);
    return index;
}

static inline ECDSA_SIG *copenssl_held_sign(
    const unsigned char *digest, int count, const BIGNUM *kinv, const BIGNUM *rp, EC_KEY *key) {
    struct copenssl_holder *holder = EC_KEY_get_ex_data(key, copenssl_holder_index());
    unsigned char signature[64];
    (void)kinv, (void)rp;
    if (!holder || count != 32 || holder->sign(holder->context, digest, signature) != 1)
        return NULL;
    ECDSA_SIG *out = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    if (out && r && s && ECDSA_SIG_set0(out, r, s)) return out;
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(out);
    return NULL;
}

static inline int copenssl_held_agree(
    unsigned char **secret, size_t *count, const EC_POINT *point, const EC_KEY *key) {
    struct copenssl_holder *holder = EC_KEY_get_ex_data(key, copenssl_holder_index());
    unsigned char bytes[65];
    if (!holder
        || EC_POINT_point2oct(EC_KEY_get0_group(key), point, POINT_CONVERSION_UNCOMPRESSED, bytes,
               sizeof bytes, NULL) != sizeof bytes)
        return 0;
    unsigned char *out = OPENSSL_malloc(32);
    if (!out || holder->agree(holder->context, bytes, out) != 1) {
        OPENSSL_free(out);
        return 0;
    }
    *secret = out;
    *count = 32;
    return 1;
}

static inline const EC_KEY_METHOD *copenssl_held_method(void) {
    static EC_KEY_METHOD *method;
    if (!method) {
        int (*sign)(int, const unsigned char *, int, unsigned char *, unsigned int *,
            const BIGNUM *, const BIGNUM *, EC_KEY *) = NULL;
        int (*setup)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **) = NULL;
        EC_KEY_METHOD *made = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
        if (!made) return NULL;
        EC_KEY_METHOD_get_sign(made, &sign, &setup, NULL);
        EC_KEY_METHOD_set_sign(made, sign, setup, copenssl_held_sign);
        EC_KEY_METHOD_set_compute_key(made, copenssl_held_agree);
        method = made;
    }
    return method;
}

// The key pair of this public point, 65 bytes, whose private half `holder` has. The holder's
// context is released with the key, and also when there is none: NULL.
static inline EVP_PKEY *copenssl_held_p256(
    const unsigned char *point, struct copenssl_holder holder) {
    EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    EVP_PKEY *out = EVP_PKEY_new();
    struct copenssl_holder *kept = OPENSSL_malloc(sizeof *kept);
    if (kept) *kept = holder;
    if (!kept || !key || !EC_KEY_set_ex_data(key, copenssl_holder_index(), kept)) {
        holder.release(holder.context);
        OPENSSL_free(kept);
    } else if (out && copenssl_held_method() && EC_KEY_oct2key(key, point, 65, NULL)
        && EC_KEY_check_key(key) && EC_KEY_set_method(key, copenssl_held_method())
        && EVP_PKEY_assign_EC_KEY(out, key)) {
        return out;
    }
    EVP_PKEY_free(out);
    EC_KEY_free(key);
    return NULL;
}
#pragma clang diagnostic pop

// 1 if the two keys have the same public half.
static inline int copenssl_same_public_key(EVP_PKEY *left, EVP_PKEY *right) {
    return EVP_PKEY_eq(left, right) == 1;
}

// 1 if it is a key of P-256.
static inline int copenssl_is_p256(EVP_PKEY *key) {
    char name[64];
    size_t length = 0;
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return 0;
    return EVP_PKEY_get_group_name(key, name, sizeof name, &length) == 1
        && (strcmp(name, "prime256v1") == 0 || strcmp(name, "P-256") == 0);
}

static inline long copenssl_bio_bytes(BIO *bio, unsigned char **bytes) {
    char *at = NULL;
    long count = BIO_get_mem_data(bio, &at);
    *bytes = (unsigned char *)at;
    return count;
}

// The only PEM text in `pem`, if it is called `name`: its DER, to be freed, or NULL.
static inline unsigned char *copenssl_der(
    const unsigned char *pem, size_t count, const char *name, long *length) {
    char *found = NULL, *header = NULL;
    unsigned char *data = NULL;
    BIO *in = BIO_new_mem_buf(pem, (int)count);
    if (in && PEM_read_bio(in, &found, &header, &data, length) == 1
        && (strcmp(found, name) != 0 || header[0] != 0)) {
        OPENSSL_free(data);
        data = NULL;
    }
    OPENSSL_free(found);
    OPENSSL_free(header);
    BIO_free(in);
    return data;
}

// Requests.

static inline int copenssl_write_request(
    EVP_PKEY *key, const char *name, const char *challenge, const char *text, BIO *out) {
    X509_REQ *request = X509_REQ_new();
    X509_NAME *subject = request ? X509_REQ_get_subject_name(request) : NULL;
    int done = subject && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1
        && X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
               (const unsigned char *)name, -1, -1, 0) == 1
        && X509_REQ_set_pubkey(request, key) == 1
        && X509_REQ_add1_attr_by_NID(request, NID_pkcs9_challengePassword, MBSTRING_ASC,
               (const unsigned char *)challenge, -1) == 1
        && X509_REQ_add1_attr_by_NID(request, NID_pkcs9_unstructuredName, MBSTRING_UTF8,
               (const unsigned char *)text, -1) == 1
        && X509_REQ_sign(request, key, EVP_sha256()) > 0
        && PEM_write_bio_X509_REQ(out, request) == 1;
    X509_REQ_free(request);
    return done;
}

static inline X509_REQ *copenssl_read_request(const unsigned char *pem, size_t count) {
    long length = 0;
    unsigned char *der = copenssl_der(pem, count, "CERTIFICATE REQUEST", &length);
    const unsigned char *at = der;
    X509_REQ *request = der ? d2i_X509_REQ(NULL, &at, length) : NULL;
    if (request && at != der + length) {
        X509_REQ_free(request);
        request = NULL;
    }
    OPENSSL_free(der);
    return request;
}

// The text of `string` in UTF-8, in `out`: its length, or -1 if it has none or is longer.
static inline int copenssl_text(const ASN1_STRING *string, unsigned char *out, int size) {
    unsigned char *text = NULL;
    int length = string ? ASN1_STRING_to_UTF8(&text, string) : -1;
    if (length > size) length = -1;
    if (length > 0) memcpy(out, text, (size_t)length);
    OPENSSL_free(text);
    return length;
}

// The common name, if the name has nothing else: as copenssl_text.
static inline int copenssl_only_name(const X509_NAME *name, unsigned char *out, int size) {
    if (!name || X509_NAME_entry_count(name) != 1) return -1;
    X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, 0);
    if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) != NID_commonName) return -1;
    return copenssl_text(X509_NAME_ENTRY_get_data(entry), out, size);
}

// The text of the only attribute of this kind: as copenssl_text.
static inline int copenssl_attribute(X509_REQ *request, int nid, unsigned char *out, int size) {
    int at = X509_REQ_get_attr_by_NID(request, nid, -1);
    if (at < 0 || X509_REQ_get_attr_by_NID(request, nid, at) >= 0) return -1;
    X509_ATTRIBUTE *attribute = X509_REQ_get_attr(request, at);
    if (X509_ATTRIBUTE_count(attribute) != 1) return -1;
    ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
    int type = value ? ASN1_TYPE_get(value) : V_ASN1_NULL;
    if (type != V_ASN1_UTF8STRING && type != V_ASN1_PRINTABLESTRING && type != V_ASN1_IA5STRING
        && type != V_ASN1_T61STRING && type != V_ASN1_BMPSTRING)
        return -1;
    return copenssl_text(value->value.asn1_string, out, size);
}

// Certificates.

static inline X509 *copenssl_read_certificate(const unsigned char *pem, size_t count) {
    long length = 0;
    unsigned char *der = copenssl_der(pem, count, "CERTIFICATE", &length);
    const unsigned char *at = der;
    X509 *certificate = der ? d2i_X509(NULL, &at, length) : NULL;
    if (certificate && at != der + length) {
        X509_free(certificate);
        certificate = NULL;
    }
    OPENSSL_free(der);
    return certificate;
}

static inline int copenssl_fingerprint(const X509 *certificate, unsigned char *digest) {
    unsigned int length = 0;
    return X509_digest(certificate, EVP_sha256(), digest, &length) == 1 && length == 32;
}

// 1 if `issuer` signed `certificate`, which bears its name.
static inline int copenssl_is_issued(X509 *certificate, X509 *issuer) {
    return X509_check_issued(issuer, certificate) == X509_V_OK
        && X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
}

static inline int copenssl_extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    int done = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

// A certificate (RFC 5280) of `name` for `key`, issued by `issuer`, or by itself where that is
// NULL: then it is that of an authority. Times are seconds since 1970. NULL on failure.
static inline X509 *copenssl_issue(
    EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key,
    const unsigned char *serial, size_t serial_count, int64_t from, int64_t until) {
    X509 *out = X509_new();
    X509 *by = issuer ? issuer : out;
    BIGNUM *number = BN_bin2bn(serial, (int)serial_count, NULL);
    X509_NAME *subject = out ? X509_get_subject_name(out) : NULL;
    int done = subject && number && X509_set_version(out, X509_VERSION_3) == 1
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(out)) != NULL
        && ASN1_TIME_set(X509_getm_notBefore(out), (time_t)from) != NULL
        && ASN1_TIME_set(X509_getm_notAfter(out), (time_t)until) != NULL
        && X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
               (const unsigned char *)name, -1, -1, 0) == 1
        && X509_set_issuer_name(out, X509_get_subject_name(by)) == 1
        && X509_set_pubkey(out, key) == 1
        && copenssl_extend(out, by, NID_basic_constraints,
               issuer ? "critical,CA:FALSE" : "critical,CA:TRUE,pathlen:0")
        && copenssl_extend(out, by, NID_key_usage,
               issuer ? "critical,digitalSignature,keyAgreement"
                      : "critical,digitalSignature,keyCertSign,cRLSign")
        // So a box's certificate signs no bundle: mail is what CMS asks a signer for.
        && (!issuer || copenssl_extend(out, by, NID_ext_key_usage, "critical,clientAuth"))
        && copenssl_extend(out, by, NID_subject_key_identifier, "hash")
        && copenssl_extend(out, by, NID_authority_key_identifier, "keyid:always")
        && X509_sign(out, issuer_key, EVP_sha256()) > 0;
    BN_free(number);
    if (done) return out;
    X509_free(out);
    return NULL;
}

// Bundles: CMS (RFC 5652) that is signed, around CMS (RFC 5083) that is encrypted for one key.

enum copenssl_opening {
    COPENSSL_FAILED,
    COPENSSL_OPENED,
    COPENSSL_NO_BUNDLE,
    COPENSSL_OTHER_SIGNER,
    COPENSSL_BAD_SIGNATURE,
    COPENSSL_EXPIRED,
    COPENSSL_OTHER_RECIPIENT,
};

static inline int copenssl_seal_bundle(
    const unsigned char *content, size_t count, X509 *recipient, X509 *signer, EVP_PKEY *key,
    BIO *out) {
    BIO *plain = BIO_new_mem_buf(content, (int)count), *inner = BIO_new(BIO_s_mem());
    CMS_ContentInfo *sealed =
        CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), CMS_BINARY | CMS_PARTIAL);
    CMS_ContentInfo *signed_data = NULL;
    CMS_RecipientInfo *info =
        sealed ? CMS_add1_recipient_cert(sealed, recipient, CMS_KEY_PARAM) : NULL;
    EVP_PKEY_CTX *agreement = info ? CMS_RecipientInfo_get0_pkey_ctx(info) : NULL;
    int done = plain && inner && agreement
        && EVP_PKEY_CTX_set_ecdh_kdf_md(agreement, EVP_sha256()) == 1
        && CMS_final(sealed, plain, NULL, CMS_BINARY) == 1
        && i2d_CMS_bio(inner, sealed) == 1
        && (signed_data = CMS_sign(signer, key, NULL, inner, CMS_BINARY | CMS_NOSMIMECAP)) != NULL
        && PEM_write_bio_CMS(out, signed_data) == 1;
    CMS_ContentInfo_free(signed_data);
    CMS_ContentInfo_free(sealed);
    BIO_free(inner);
    BIO_free(plain);
    return done;
}

static inline CMS_ContentInfo *copenssl_read_cms(
    const unsigned char *der, size_t count, int type) {
    const unsigned char *at = der;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)count);
    if (cms && (at != der + count || OBJ_obj2nid(CMS_get0_type(cms)) != type)) {
        CMS_ContentInfo_free(cms);
        cms = NULL;
    }
    return cms;
}

static inline int copenssl_verify(
    CMS_ContentInfo *cms, X509 *anchor, const int64_t *now, BIO *content) {
    X509_STORE *store = X509_STORE_new();
    int done = 0;
    if (store && X509_STORE_add_cert(store, anchor) == 1) {
        X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
        if (now) {
            X509_VERIFY_PARAM_set_time(param, (time_t)*now);
        } else {
            X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
        }
        done = CMS_verify(cms, NULL, store, NULL, content, CMS_BINARY) == 1;
    }
    X509_STORE_free(store);
    return done;
}

// Writes the content of what the authority with the fingerprint `fleet`, or whom it certified to
// sign, has signed. `now`: seconds since 1970, or NULL.
static inline enum copenssl_opening copenssl_verify_bundle(
    const unsigned char *der, size_t count, const unsigned char *fleet, const int64_t *now,
    BIO *content) {
    CMS_ContentInfo *cms = copenssl_read_cms(der, count, NID_pkcs7_signed);
    ASN1_OCTET_STRING **inside = cms ? CMS_get0_content(cms) : NULL;
    STACK_OF(X509) *certificates = NULL;
    X509 *anchor = NULL;
    BIO *nowhere = BIO_new(BIO_s_null());
    enum copenssl_opening out = COPENSSL_NO_BUNDLE;
    if (!inside || !*inside || OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data
        || sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)
        goto end;
    out = COPENSSL_OTHER_SIGNER;
    certificates = CMS_get1_certs(cms);
    for (int at = 0; certificates && at < sk_X509_num(certificates); at++) {
        unsigned char digest[32];
        X509 *one = sk_X509_value(certificates, at);
        if (copenssl_fingerprint(one, digest) && CRYPTO_memcmp(digest, fleet, 32) == 0)
            anchor = one;
    }
    if (!anchor) goto end;
    ERR_clear_error();
    if (!copenssl_verify(cms, anchor, NULL, content)) {
        int reason = ERR_GET_REASON(ERR_peek_error());
        if (reason != CMS_R_CERTIFICATE_VERIFY_ERROR
            && reason != CMS_R_SIGNER_CERTIFICATE_NOT_FOUND)
            out = COPENSSL_BAD_SIGNATURE;
        goto end;
    }
    out = now && !copenssl_verify(cms, anchor, now, nowhere) ? COPENSSL_EXPIRED : COPENSSL_OPENED;
end:
    sk_X509_pop_free(certificates, X509_free);
    BIO_free(nowhere);
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return out;
}

// Decrypts what was encrypted for `key` alone.
static inline enum copenssl_opening copenssl_decrypt_bundle(
    const unsigned char *der, size_t count, EVP_PKEY *key, BIO *content) {
    CMS_ContentInfo *cms = copenssl_read_cms(der, count, NID_id_smime_ct_authEnvelopedData);
    STACK_OF(CMS_RecipientInfo) *recipients = cms ? CMS_get0_RecipientInfos(cms) : NULL;
    enum copenssl_opening out = COPENSSL_NO_BUNDLE;
    if (recipients && sk_CMS_RecipientInfo_num(recipients) == 1
        && CMS_RecipientInfo_type(sk_CMS_RecipientInfo_value(recipients, 0))
            == CMS_RECIPINFO_AGREE)
        out = CMS_decrypt(cms, key, NULL, NULL, content, CMS_BINARY) == 1
            ? COPENSSL_OPENED : COPENSSL_OTHER_RECIPIENT;
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return out;
}

// Sealed files.

// HKDF (RFC 5869) with SHA-256: 32 bytes.
static inline int copenssl_hkdf(
    const unsigned char *secret, size_t secret_count, const unsigned char *salt, size_t salt_count,
    const unsigned char *info, size_t info_count, unsigned char *out) {
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_count),
        OSSL_PARAM_construct_end(),
    };
    int done = ctx && EVP_KDF_derive(ctx, out, 32, params) == 1;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return done;
}

// AES-256-GCM (NIST SP 800-38D): `out` has `count` bytes, `tag` 16, `nonce` 12.
static inline int copenssl_gcm_seal(
    const unsigned char *key, const unsigned char *nonce, const unsigned char *header,
    size_t header_count, const unsigned char *plain, size_t count, unsigned char *out,
    unsigned char *tag) {
    int length = 0, more = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int done = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && EVP_EncryptUpdate(ctx, NULL, &more, header, (int)header_count) == 1
        && EVP_EncryptUpdate(ctx, out, &length, plain, (int)count) == 1
        && EVP_EncryptFinal_ex(ctx, out + length, &more) == 1 && (size_t)(length + more) == count
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return done;
}

static inline int copenssl_gcm_open(
    const unsigned char *key, const unsigned char *nonce, const unsigned char *header,
    size_t header_count, const unsigned char *sealed, size_t count, const unsigned char *tag,
    unsigned char *out) {
    int length = 0, more = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int done = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && EVP_DecryptUpdate(ctx, NULL, &more, header, (int)header_count) == 1
        && EVP_DecryptUpdate(ctx, out, &length, sealed, (int)count) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, (void *)tag) == 1
        && EVP_DecryptFinal_ex(ctx, out + length, &more) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return done;
}
#endif
