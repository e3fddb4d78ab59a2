#pragma once

/// Marks a hot function: compiled for x86-64-v2 and once more for v3, the processor decides when the program starts. Without fused operations
/// (-ffp-contract=off) both give the same bits. Not under ThreadSanitizer, whose runtime is not ready yet when that choice is made.
#ifdef __SANITIZE_THREAD__
#define GAPMAP_CLONES
#else
#define GAPMAP_CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
#endif
