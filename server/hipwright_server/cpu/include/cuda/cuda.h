// CUDA's driver API on hipwright's CPU device.
#pragma once
#include "cuda_runtime.h"
//
#include "../hipwright/api/names.h"
//
#include "../hipwright/api/driver.h"
//
#include "../hipwright/api/end_names.h"
