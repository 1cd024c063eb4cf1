// Two sets of names: RAND(Generate) is curandGenerate or hiprandGenerate, RAND_(STATUS_SUCCESS) is
// CURAND_STATUS_SUCCESS or HIPRAND_STATUS_SUCCESS. No guard: end_names.h ends what this begins.
#include "../api/names.h"

#ifdef HIPWRIGHT_HIP
#define RAND(name) hiprand##name
#define RAND_(name) HIPRAND_##name
#else
#define RAND(name) curand##name
#define RAND_(name) CURAND_##name
#endif
