// cuSPARSE on hipwright's CPU device: the generic interface.
#pragma once

#define CUSPARSE_H_  // the guard of CUDA's own, which its samples ask for

#include "cuComplex.h"
#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "cuda_fp8.h"
#include "cuda_runtime.h"

#include "../hipwright/sparse/construct.h"
