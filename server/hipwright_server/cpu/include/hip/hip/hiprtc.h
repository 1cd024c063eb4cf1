// HIP's compiler at run time, on hipwright's CPU device.
#pragma once
#include "hip_runtime.h"
//
#include "../../hipwright/api/names.h"
//
#include "../../hipwright/runtime_compilation.h"
//
#include "../../hipwright/api/end_names.h"
