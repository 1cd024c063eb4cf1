// The types of the runtime API come with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
