// HIP's names on hipwright's CPU device.
#pragma once
#define HIPWRIGHT_HIP 1
#include "../../hipwright/runtime.h"
