// cuRAND's host calls on hipwright's CPU device.
#pragma once

#define CURAND_H_  // the guard of CUDA's own, which its samples ask for

#include "cuda_runtime.h"

#include "../hipwright/random/host.h"
