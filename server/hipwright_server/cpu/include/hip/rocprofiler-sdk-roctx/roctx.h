// The same as roctracer/roctx.h.
#pragma once

#include "../roctracer/roctx.h"
