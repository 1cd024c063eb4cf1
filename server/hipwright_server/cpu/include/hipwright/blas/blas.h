// cuBLAS and hipBLAS on the CPU device.
#pragma once

#include "factorize.h"
#include "handle.h"
#include "level1.h"
#include "level2.h"
#include "level3.h"
#include "mixed.h"
//
#undef HIPWRIGHT_BLAS_HANDLE
#undef HIPWRIGHT_BLAS_REQUIRE
#undef HIPWRIGHT_BLAS_FITS
#include "end_names.h"
//
#include "../api/end_names.h"
