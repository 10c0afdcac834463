internal import COpenSSL

/// What OpenSSL says went wrong.
enum OpenSSLError {
    /// The reason of the failure just now, and none of it left for the next one.
    static var last: String {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return "OpenSSL gives no reason" }
        var text = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(code, &text, text.count)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
