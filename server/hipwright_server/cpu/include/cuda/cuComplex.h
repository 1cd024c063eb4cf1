// CUDA's cuComplex.h on hipwright's CPU device.
#pragma once

#include "cuda_runtime.h"

#include "../hipwright/complex.h"
