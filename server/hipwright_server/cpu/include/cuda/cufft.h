// cuFFT on hipwright's CPU device.
#pragma once

#define _CUFFT_H_  // the guard of CUDA's own, which its samples ask for
#define CUFFT_VER_MAJOR 12
#define CUFFT_VER_MINOR 0
#define CUFFT_VERSION 12000

#include "cuComplex.h"
#include "cuda_runtime.h"
#include "library_types.h"

#include "../hipwright/fft/fft.h"
