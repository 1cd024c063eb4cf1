// Nothing to configure: this front is compiled by a host compiler.
#pragma once
#include "cuda_runtime.h"
