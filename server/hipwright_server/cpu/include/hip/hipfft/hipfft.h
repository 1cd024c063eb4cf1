// hipFFT on hipwright's CPU device.
#pragma once

#define HIPFFT_H_  // the guard of HIP's own, which programs ask for

#include "../hip/hip_complex.h"
#include "../hip/hip_runtime.h"

#include "../../hipwright/fft/fft.h"
