// The pipeline primitives; the C++ class of cuda::experimental is not there.
#pragma once

#include "cuda_pipeline_primitives.h"
