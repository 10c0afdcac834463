// What Debian's Swift runtime for arm64 wants of a C library that is newer than that of Debian 12.
//
// Its archives were compiled with glibc 2.42. Since 2.38 the headers of glibc send the strtol and
// scanf families to names of their own where C23 is asked for, and strlcpy and strlcat exist.
// Linked into every arm64 program, so that it starts with glibc 2.36.
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// C23 also reads "0b101"; nothing in the runtime hands such a number over.
long __isoc23_strtol(const char *text, char **end, int base) {
    return strtol(text, end, base);
}

unsigned long __isoc23_strtoul(const char *text, char **end, int base) {
    return strtoul(text, end, base);
}

long long __isoc23_strtoll(const char *text, char **end, int base) {
    return strtoll(text, end, base);
}

unsigned long long __isoc23_strtoull(const char *text, char **end, int base) {
    return strtoull(text, end, base);
}

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int read = vsscanf(text, format, values);
    va_end(values);
    return read;
}

// As POSIX.1-2024 says: as much as fits, always ended by a zero, the answer is the whole length.
size_t strlcpy(char *target, const char *source, size_t size) {
    size_t length = strlen(source);
    if (size > 0) {
        size_t copied = length < size ? length : size - 1;
        memcpy(target, source, copied);
        target[copied] = '\0';
    }
    return length;
}

size_t strlcat(char *target, const char *source, size_t size) {
    size_t before = strnlen(target, size);
    return before + strlcpy(target + before, source, size - before);
}
