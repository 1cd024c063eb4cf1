// cuRAND on hipwright's CPU device.
#pragma once

#include "curand_kernel.h"
