// The inline part of cuda_fp16.h; there is none here.
#pragma once

#include "cuda_fp16.h"
