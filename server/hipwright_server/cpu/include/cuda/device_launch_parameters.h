// threadIdx and the like come with cuda_runtime.h.
#pragma once
#include "cuda_runtime.h"
