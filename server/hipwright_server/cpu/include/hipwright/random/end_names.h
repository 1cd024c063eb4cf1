// Ends what names.h began. No guard: see there.
#undef RAND
#undef RAND_
