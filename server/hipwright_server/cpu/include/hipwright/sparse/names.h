// Two sets of names: SPARSE(SpMV) is cusparseSpMV or hipsparseSpMV, SPARSE_(ORDER_ROW) is
// CUSPARSE_ORDER_ROW or HIPSPARSE_ORDER_ROW. No guard: end_names.h ends what this begins.
#include "../blas/names.h"

#ifdef HIPWRIGHT_HIP
#define SPARSE(name) hipsparse##name
#define SPARSE_(name) HIPSPARSE_##name
#else
#define SPARSE(name) cusparse##name
#define SPARSE_(name) CUSPARSE_##name
#endif
