// Part of cub.cuh here. Thrust brings, and needs, its own.
#if __has_include_next(<cub/util_type.cuh>)
#include_next <cub/util_type.cuh>
#else
#pragma once

#include "cub.cuh"
#endif
