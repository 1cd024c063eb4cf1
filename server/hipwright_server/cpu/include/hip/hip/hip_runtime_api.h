// All of the runtime API comes with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
