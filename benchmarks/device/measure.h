// The least processor and wall time of seven runs, in milliseconds: `name processor wall`.
#pragma once
#include <time.h>

#include <cstdio>

inline double milliseconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}
template <typename Work>
void measure(const char* name, const Work& work) {
    double processor = 1e300, wall = 1e300;
    for (int run = 0; run < 7; ++run) {
        const double used = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
        const double start = milliseconds(CLOCK_MONOTONIC);
        work();
        const double took = milliseconds(CLOCK_MONOTONIC) - start;
        const double spent = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - used;
        if (took < wall) wall = took;
        if (spent < processor) processor = spent;
    }
    std::printf("%s %g %g\n", name, processor, wall);
}
