// hipCUB on hipwright's CPU device.
#pragma once

#include "../hip/hip_runtime.h"

#include "../../hipwright/cub.h"
