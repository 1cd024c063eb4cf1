// CUDA's driver API on hipwright's CPU device.
#pragma once
#define __cuda_cuda_h__  // the guard of CUDA's own, which its samples ask for
#include "cuda_runtime.h"
//
#include "../hipwright/api/names.h"
//
#include "../hipwright/api/driver.h"
//
#include "../hipwright/api/end_names.h"
