// CUDA's cooperative_groups.h on hipwright's CPU device.
#pragma once

#include "cuda_runtime.h"

#include "../hipwright/cooperative_groups.h"
