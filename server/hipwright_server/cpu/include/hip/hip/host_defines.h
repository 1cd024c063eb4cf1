// __global__ and the like come with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
