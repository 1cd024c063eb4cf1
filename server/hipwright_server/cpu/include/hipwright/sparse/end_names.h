// Ends what names.h began. No guard: see there.
#undef SPARSE
#undef SPARSE_
#include "../blas/end_names.h"
