// Ends what names.h began; see there. No guard: a later header of the API may begin again.
#undef API
