// hipSPARSE on hipwright's CPU device: its old place.
#pragma once

#include "hipsparse/hipsparse.h"
