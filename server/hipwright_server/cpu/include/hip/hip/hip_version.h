// HIP's version comes with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
