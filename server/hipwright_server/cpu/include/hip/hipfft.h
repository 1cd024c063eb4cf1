// hipFFT on hipwright's CPU device: its old place.
#pragma once

#include "hipfft/hipfft.h"
