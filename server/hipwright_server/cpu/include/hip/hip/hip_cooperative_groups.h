// HIP's hip_cooperative_groups.h on hipwright's CPU device.
#pragma once

#include "hip_runtime.h"

#include "../../hipwright/cooperative_groups.h"
