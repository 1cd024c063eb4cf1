// Ends what names.h began. No guard: see there.
#undef BLAS
#undef BLAS_
#undef DATA_
