// Ends what names.h began. No guard: see there.
#undef FFT
#undef FFT_
