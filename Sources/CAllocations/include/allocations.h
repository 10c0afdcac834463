#ifndef CITYZENBOX_ALLOCATIONS_H
#define CITYZENBOX_ALLOCATIONS_H

#include <stdint.h>

/// How often this process has asked for heap memory so far, by any of the functions of C.
///
/// A program that links this target has its own `malloc`, `calloc`, `realloc`, `posix_memalign` and
/// `aligned_alloc`, which count and hand on to those of glibc.
uint64_t cityzenbox_allocations(void);

#endif
