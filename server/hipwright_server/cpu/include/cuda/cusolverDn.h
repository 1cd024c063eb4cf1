// The dense part of cuSOLVER on hipwright's CPU device.
#pragma once

#include "cublas_v2.h"

#include "../hipwright/solver/solver.h"
//
#include "../hipwright/blas/end_names.h"
//
#include "../hipwright/api/end_names.h"
