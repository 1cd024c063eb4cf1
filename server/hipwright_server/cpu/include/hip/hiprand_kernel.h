// hipRAND on hipwright's CPU device: its old place.
#pragma once

#include "hiprand/hiprand_kernel.h"
