// The driver's profiler calls come with cuda.h.
#pragma once
#include "cuda.h"
