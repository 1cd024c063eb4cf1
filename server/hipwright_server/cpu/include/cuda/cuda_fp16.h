// CUDA's cuda_fp16.h on hipwright's CPU device.
#pragma once

#include "cuda_runtime.h"

#include "../hipwright/half.h"
