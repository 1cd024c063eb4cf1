// HIP's hip_complex.h on hipwright's CPU device.
#pragma once

#include "hip_runtime.h"

#include "../../hipwright/complex.h"
