// One runtime, two sets of names: API(Malloc) is cudaMalloc or hipMalloc. Each header of the API
// includes this first; api.h includes end_names.h last, so that no program sees the macro. No
// guard: a header that is included later begins again.
#include "../config.h"

#ifndef API
#ifdef HIPWRIGHT_HIP
#define API(name) hip##name
#else
#define API(name) cuda##name
#endif
#endif
