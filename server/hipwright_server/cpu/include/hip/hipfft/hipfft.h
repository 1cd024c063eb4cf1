// hipFFT on hipwright's CPU device.
#pragma once

#include "../hip/hip_complex.h"
#include "../hip/hip_runtime.h"

#include "../../hipwright/fft/fft.h"
