// What this header declares comes with hip_runtime.h.
#pragma once

#include "hip_runtime.h"
