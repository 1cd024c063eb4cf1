// CUB on hipwright's CPU device.
#pragma once

#include "../cuda_runtime.h"

#include "../../hipwright/cub.h"
