// cuBLAS on hipwright's CPU device. What only the interface of before 2011 has (no handles) is not
// there.
#pragma once

#include "cublas_v2.h"
