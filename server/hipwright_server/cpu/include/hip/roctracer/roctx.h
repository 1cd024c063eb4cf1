// ROCTX marks ranges for a profiler. There is none here: the marks do nothing.
#pragma once

#include <stdint.h>

#define ROCTX_VERSION_MAJOR 4
#define ROCTX_VERSION_MINOR 1

typedef uint64_t roctx_range_id_t;
static inline uint32_t roctx_version_major(void) { return ROCTX_VERSION_MAJOR; }
static inline uint32_t roctx_version_minor(void) { return ROCTX_VERSION_MINOR; }
static inline void roctxMarkA(const char*) {}
static inline int roctxRangePushA(const char*) { return 0; }
static inline int roctxRangePop(void) { return 0; }
static inline roctx_range_id_t roctxRangeStartA(const char*) { return 0; }
static inline void roctxRangeStop(roctx_range_id_t) {}
#define roctxMark(message) roctxMarkA(message)
#define roctxRangePush(message) roctxRangePushA(message)
#define roctxRangeStart(message) roctxRangeStartA(message)
