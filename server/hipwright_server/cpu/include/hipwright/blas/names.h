// One BLAS, two sets of names: BLAS(Sgemm) is cublasSgemm or hipblasSgemm, BLAS_(OP_N) is
// CUBLAS_OP_N or HIPBLAS_OP_N. No guard: end_names.h ends what this begins.
#include "../api/names.h"

#ifdef HIPWRIGHT_HIP
#define BLAS(name) hipblas##name
#define BLAS_(name) HIPBLAS_##name
#define DATA_(name) HIP_##name
#else
#define BLAS(name) cublas##name
#define BLAS_(name) CUBLAS_##name
#define DATA_(name) CUDA_##name
#endif
