// CUDA's cuda_fp8.h on hipwright's CPU device.
#pragma once

#include "cuda_runtime.h"

#include "../hipwright/fp8.h"
