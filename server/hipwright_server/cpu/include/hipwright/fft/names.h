// Two sets of names: FFT(ExecC2C) is cufftExecC2C or hipfftExecC2C, FFT_(SUCCESS) is CUFFT_SUCCESS
// or HIPFFT_SUCCESS. No guard: end_names.h ends what this begins.
#include "../api/names.h"

#ifdef HIPWRIGHT_HIP
#define FFT(name) hipfft##name
#define FFT_(name) HIPFFT_##name
#else
#define FFT(name) cufft##name
#define FFT_(name) CUFFT_##name
#endif
