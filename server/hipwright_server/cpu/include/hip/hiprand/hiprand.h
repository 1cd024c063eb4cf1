// hipRAND's host calls on hipwright's CPU device.
#pragma once

#include "../hip/hip_runtime.h"

#include "../../hipwright/random/host.h"
