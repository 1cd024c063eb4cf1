// The runtime API by its vendor's names.
#pragma once

#include "device.h"
#include "errors.h"
#include "launch.h"
#include "memory.h"
#include "stream.h"
#include "types.h"
//
#include "end_names.h"
