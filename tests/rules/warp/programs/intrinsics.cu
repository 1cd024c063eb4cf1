// Every warp intrinsic that the rules port, in whole warps, in half-filled ones, after an early
// return and in branches that part of a warp takes.
#include <cstdio>
#include <cuda_runtime.h>

#define FULL_MASK 0xffffffffu
#define SUM_STEP(v, d) ((v) + __shfl_down_sync(FULL_MASK, (v), (d)))

constexpr int kResults = 24;

template <typename T>
__device__ T warp_sum(T v, unsigned mask = FULL_MASK) {
  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down_sync(mask, v, d);
  return __shfl_sync(mask, v, 0);
}

__device__ int scan(int v) {
  const int lane = threadIdx.x % warpSize;
  for (int d = 1; d < warpSize; d <<= 1) {
    const int below = __shfl_up_sync(0xffffffff, v, d);
    if (lane >= d) v += below;
  }
  return v;
}

__global__ void whole(const int *in, unsigned *out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int lane = threadIdx.x & 31;
  const int v = in[i];
  unsigned *r = out + i * kResults;
  r[0] = warp_sum(v);
  r[1] = scan(v);
  r[2] = __shfl_xor_sync(~0u, v, 5);
  r[3] = __shfl_sync(-1, v, (lane + 7) % 32);
  r[4] = __shfl_down_sync(FULL_MASK, __shfl_up_sync(FULL_MASK, v, 3), 2);
  r[5] = __shfl_sync(FULL_MASK, v, __shfl_sync(FULL_MASK, lane, 9) ^ lane);
  r[6] = __ballot_sync(FULL_MASK, v & 1);
  r[7] = __popc(__ballot_sync(FULL_MASK, v % 3 == 0) & ((1u << lane) - 1));
  r[8] = __ffs(__ballot_sync(FULL_MASK, v > 40));
  r[9] = __any_sync(FULL_MASK, v == 17) ? 3 : 4;
  r[10] = !__all_sync(FULL_MASK, v >= 0 && v < 1000);
  r[11] = __all_sync(FULL_MASK,
                     // a comment between the arguments
                     (threadIdx.x / 32) % 2 == 0);
  r[12] = __activemask();
  r[13] = SUM_STEP(v, 1);
  r[14] = (unsigned)(__shfl_sync(FULL_MASK, 1.5 * v, 31, 8) * 4);
  r[15] = (unsigned)__shfl_xor_sync(FULL_MASK, (long long)v << 33, 1, 16) +
          (unsigned)(__shfl_xor_sync(FULL_MASK, (long long)v << 33, 1, 16) >> 32);
  int counter = 0;
  r[16] = __ballot_sync(FULL_MASK, counter++ == 0) + counter;
  r[17] = __all_sync(FULL_MASK, ++counter == 2) + counter;
  __syncwarp();
  __syncwarp(FULL_MASK);
}

__global__ void filled_in_part(const int *in, unsigned *out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;  // lanes of the last warp are gone
  const int lane = threadIdx.x & 31;
  const unsigned left = __ballot_sync(__activemask(), 1);
  unsigned *r = out + i * kResults;
  r[0] = left;
  r[1] = __all_sync(left, in[i] < 1000);
  r[2] = __any_sync(left, in[i] == 3);
  r[3] = __shfl_sync(left, in[i], __ffs(left) - 1);
  r[4] = __ballot_sync(left, in[i] & 2);
  r[5] = __match_any_sync(left, in[i] % 4);
  r[6] = __all_sync(FULL_MASK, in[i] < 1000);
  r[7] = __any_sync(0xffffffff, in[i] < 0);
  if (lane < 8) {
    r[8] = __shfl_xor_sync(0xff & left, in[i], 0);
    r[9] = __ballot_sync(0xff & left, in[i] & 1);
    r[10] = __all_sync(left & 0xffu, in[i] >= 0);
    __syncwarp(left & 0xff);
  } else {
    r[8] = __ballot_sync(left & ~0xffu, in[i] & 1);
    r[9] = __any_sync(left & ~0xffu, in[i] == 11);
    r[10] = __popc(__activemask());
  }
  // The lanes that hold the same value work together; each group has a mask of its own.
  const unsigned same = __match_any_sync(left, in[i] % 3);
  r[11] = __ballot_sync(same, in[i] & 1);
  r[12] = __any_sync(same, in[i] > 90);
  r[13] = __all_sync(same, in[i] % 3 == 0);
  r[14] = __shfl_sync(same, in[i], __ffs(same) - 1);
  if ((threadIdx.x / 32) % 2 == 1) r[15] = __ballot_sync(left, in[i] & 4) + __popc(left);
  for (int turn = 0; turn <= (int)(threadIdx.x / 32); ++turn)
    r[16 + turn % 4] = __ballot_sync(left, (in[i] + turn) & 1);
}

int main() {
  const int blocks = 3;
  for (int threads : {32, 64, 96, 128, 160}) {
    const int n = blocks * threads;
    int *in, *host = new int[n];
    unsigned *out, *results = new unsigned[n * kResults];
    for (int i = 0; i < n; ++i) host[i] = (i * 37 + 11) % 101;
    cudaMalloc(&in, n * sizeof(int));
    cudaMalloc(&out, n * kResults * sizeof(unsigned));
    cudaMemcpy(in, host, n * sizeof(int), cudaMemcpyHostToDevice);
    for (int left_out : {0, 5, 40}) {
      cudaMemset(out, 0, n * kResults * sizeof(unsigned));
      if (left_out == 0) whole<<<blocks, threads>>>(in, out, n);
      else filled_in_part<<<blocks, threads>>>(in, out, n - left_out);
      cudaMemcpy(results, out, n * kResults * sizeof(unsigned), cudaMemcpyDeviceToHost);
      unsigned long long sum = 0;
      for (int i = 0; i < n * kResults; ++i) sum = sum * 31 + results[i];
      printf("%d threads, %d left out: %llx\n", threads, left_out, sum);
    }
    cudaFree(in);
    cudaFree(out);
    delete[] host;
    delete[] results;
  }
  return 0;
}
