// cuBLAS on hipwright's CPU device.
#pragma once

#include "cublas_v2.h"
