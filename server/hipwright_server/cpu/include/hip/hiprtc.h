#pragma once
#include "hip/hiprtc.h"
