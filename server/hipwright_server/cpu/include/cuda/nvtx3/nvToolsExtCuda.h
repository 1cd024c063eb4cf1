// The same as nvToolsExt.h.
#pragma once

#include "../nvToolsExt.h"
