// hipRAND's host calls on hipwright's CPU device.
#pragma once

#define HIPRAND_H_  // the guard of HIP's own, which programs ask for

#include "../hip/hip_runtime.h"

#include "../../hipwright/random/host.h"
