// The CUDA runtime's names on hipwright's CPU device.
#pragma once
#define HIPWRIGHT_CUDA 1
#include "../hipwright/runtime.h"
