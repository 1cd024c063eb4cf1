// What cuRAND offers to kernels, on hipwright's CPU device.
#pragma once

#include "curand.h"

#include "../hipwright/random/device.h"
