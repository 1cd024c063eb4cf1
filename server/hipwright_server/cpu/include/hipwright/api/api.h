// The runtime API by its vendor's names.
#pragma once

#include "array.h"
#include "conditional.h"
#include "device.h"
#include "errors.h"
#include "graph.h"
#include "launch.h"
#include "memory.h"
#include "memory_pool.h"
#include "stream.h"
#include "texture.h"
#include "types.h"
#ifdef HIPWRIGHT_HIP
#include "module.h"
#endif
//
#include "end_names.h"
