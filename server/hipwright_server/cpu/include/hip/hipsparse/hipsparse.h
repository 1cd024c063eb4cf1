// hipSPARSE on hipwright's CPU device: the generic interface.
#pragma once

#include "../hip/hip_bf16.h"
#include "../hip/hip_complex.h"
#include "../hip/hip_fp16.h"
#include "../hip/hip_fp8.h"
#include "../hip/hip_runtime.h"

#include "../../hipwright/sparse/construct.h"
