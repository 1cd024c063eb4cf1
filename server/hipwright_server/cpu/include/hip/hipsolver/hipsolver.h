// The dense part of hipSOLVER on hipwright's CPU device, by the names that follow cuSOLVER's.
#pragma once

#include "../hipblas/hipblas.h"

#include "../../hipwright/solver/solver.h"
//
#include "../../hipwright/blas/end_names.h"
//
#include "../../hipwright/api/end_names.h"
