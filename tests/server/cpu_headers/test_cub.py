"""CUB and hipCUB: what warps, blocks and the device compute with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., str]

KERNEL = r"""
#define CHECK(what) do { if (!(what)) printf("%u: %s\n", threadIdx.x, #what); } while (false)
struct RunningSum {
    int total;
    __device__ int operator()(int added) {
        const int before = total;
        total += added;
        return before;
    }
};
__global__ void block() {
    const int t = static_cast<int>(threadIdx.x);
    using Reduce = CUB::BlockReduce<int, 128>;
    __shared__ typename Reduce::TempStorage sums, largest;
    const int sum = Reduce(sums).Sum(t), most = Reduce(largest).Reduce(t, CUB::Max(), 100);
    if (t == 0) CHECK(sum == 8128 && most == 99);

    using Scan = CUB::BlockScan<int, 128>;
    __shared__ typename Scan::TempStorage scans, more, running;
    int before, total, items[2] = {t, 1}, out[2];
    Scan(scans).ExclusiveSum(t, before, total);
    CHECK(before == t * (t - 1) / 2 && total == 8128);
    Scan(more).InclusiveSum(items, out);
    CHECK(out[0] == t * (t + 1) / 2 + t && out[1] == out[0] + 1);
    RunningSum prefix{10};
    Scan(running).ExclusiveSum(1, before, prefix);
    CHECK(before == 10 + t);

    using Warp = CUB::WarpReduce<int>;
    __shared__ typename Warp::TempStorage warps[4];
    const int in_warp = Warp(warps[t / WARP]).Sum(1);
    if (t % WARP == 0) CHECK(in_warp == WARP);
    using Eight = CUB::WarpScan<int, 8>;
    __shared__ typename Eight::TempStorage eights[16];
    int inclusive;
    Eight(eights[t / 8]).InclusiveSum(2, inclusive);
    CHECK(inclusive == 2 * (t % 8 + 1));

    using Sort = CUB::BlockRadixSort<float, 128, 2, int>;
    __shared__ typename Sort::TempStorage sorted;
    float keys[2] = {static_cast<float>(-t), static_cast<float>(t)};
    int values[2] = {-t, t};
    Sort(sorted).Sort(keys, values);
    CHECK(keys[0] <= keys[1] && values[0] == static_cast<int>(keys[0]));
    if (t == 0) CHECK(keys[0] == -127.0f && keys[1] == -126.0f);

    using Exchange = CUB::BlockExchange<int, 128, 2>;
    __shared__ typename Exchange::TempStorage exchange;
    int striped[2] = {t, t + 128}, blocked[2];
    Exchange(exchange).StripedToBlocked(striped, blocked);
    CHECK(blocked[0] == 2 * t && blocked[1] == 2 * t + 1);
}
"""

DEVICE = r"""
struct Odd {
    __host__ __device__ bool operator()(int x) const { return x % 2; }
};
template <typename T>
bool ordered(T low, T high) {
    using Traits = CUB::Traits<T>;
    typename Traits::UnsignedBits a, b;
    memcpy(&a, &low, sizeof a);
    memcpy(&b, &high, sizeof b);
    const bool back = a == Traits::TwiddleOut(Traits::TwiddleIn(a));
    return Traits::TwiddleIn(a) < Traits::TwiddleIn(b) && back;
}
int main() {
    if (!ordered(-2.5f, -1.0f) || !ordered(-1.0, 3.0) || !ordered<short>(-7, 2))
        printf("keys are out of order\n");
    block<<<1, 128>>>();
    int *in, *out, *count;
    const int n = 1000;
    (void)GPU(MallocManaged)(&in, n * sizeof(int));
    (void)GPU(MallocManaged)(&out, n * sizeof(int));
    (void)GPU(MallocManaged)(&count, sizeof(int));
    for (int i = 0; i < n; ++i) in[i] = (i * 7) % n;
    void* storage = nullptr;
    size_t bytes = 0;
    (void)CUB::DeviceReduce::Sum(storage, bytes, in, out, n);
    (void)GPU(Malloc)(&storage, bytes);
    (void)CUB::DeviceReduce::Sum(storage, bytes, in, out, n);
    printf("%d ", *out);
    (void)CUB::DeviceReduce::Max(storage, bytes, in, out, n);
    printf("%d ", *out);
    (void)CUB::DeviceScan::ExclusiveSum(storage, bytes, in, out, n);
    printf("%d %d ", out[0], out[n - 1]);
    (void)CUB::DeviceRadixSort::SortKeysDescending(storage, bytes, in, out, n);
    printf("%d %d ", out[0], out[n - 1]);
    (void)CUB::DeviceSelect::If(storage, bytes, in, out, count, n, Odd());
    printf("%d %d\n", *count, out[0]);
    // Sums are formed in the type of the result, or in what the function returns.
    unsigned char *bytes_in = nullptr;
    bool* flags = nullptr;
    (void)GPU(MallocManaged)(&bytes_in, n);
    (void)GPU(MallocManaged)(&flags, n);
    for (int i = 0; i < n; ++i) bytes_in[i] = static_cast<unsigned char>(flags[i] = i % 4 != 0);
    for (int i = 0; i < 4; ++i) bytes_in[i] = 200;
    (void)CUB::DeviceReduce::Sum(storage, bytes, flags, out, n);
    printf("%d ", *out);
    (void)CUB::DeviceScan::InclusiveSum(storage, bytes, bytes_in, out, n);
    printf("%d ", out[3]);
    (void)CUB::DeviceScan::ExclusiveSum(storage, bytes, flags, out, n);
    printf("%d\n", out[n - 1]);
}
"""


@pytest.mark.parametrize(("dialect", "warp"), [("cuda", 32), ("hip", 64)])
def test_cub(run_program: Run, dialect: str, warp: int) -> None:
    head = {
        "cuda": "#include <cub/cub.cuh>\n#define CUB cub\n#define GPU(name) cuda##name\n",
        "hip": "#include <hipcub/hipcub.hpp>\n#define CUB hipcub\n#define GPU(name) hip##name\n",
    }[dialect]
    source = f"#include <cstdio>\n#include <cstring>\n#define WARP {warp}\n{head}{KERNEL}{DEVICE}"
    assert run_program(source, dialect, warp) == "499500 999 0 498507 999 0 500 7\n750 800 749\n"
