// The types of the runtime API come with cuda_runtime.h.
#pragma once
#include "cuda_runtime.h"
