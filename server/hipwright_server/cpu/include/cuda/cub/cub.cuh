// CUB on hipwright's CPU device.
#pragma once

#include "../cuda_runtime.h"

#include "../../hipwright/cub.h"

// CUB brings these of Thrust along; Thrust is there when the program includes some of it itself.
#if __has_include(<thrust/iterator/counting_iterator.h>)
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#endif
