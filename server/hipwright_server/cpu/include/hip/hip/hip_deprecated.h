// Old names come with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
