// The inline part of cuda_bf16.h; there is none here.
#pragma once

#include "cuda_bf16.h"
