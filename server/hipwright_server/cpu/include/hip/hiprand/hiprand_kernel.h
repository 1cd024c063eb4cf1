// What hipRAND offers to kernels, on hipwright's CPU device.
#pragma once

#include "hiprand.h"

#include "../../hipwright/random/device.h"
