// CUDA's cuda_bf16.h on hipwright's CPU device.
#pragma once

#include "cuda_runtime.h"

#include "../hipwright/bfloat16.h"
