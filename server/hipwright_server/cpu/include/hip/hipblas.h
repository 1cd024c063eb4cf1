// hipBLAS on hipwright's CPU device: its old place.
#pragma once

#include "hipblas/hipblas.h"
