// A reduction and a scan that let lanes of a warp move together, with barriers where they read and
// write: what the rule for such steps writes.
#include <cstdio>
#include <cuda_runtime.h>

__device__ void last_warp(volatile int *s, int tid) {
  { const auto other = s[tid + 32]; __syncwarp(); s[tid] += other; __syncwarp(); }
  { const auto other = s[tid + 16]; __syncwarp(); s[tid] += other; __syncwarp(); }
  { const auto other = s[tid + 8]; __syncwarp(); s[tid] += other; __syncwarp(); }
  { const auto other = s[tid + 4]; __syncwarp(); s[tid] += other; __syncwarp(); }
  { const auto other = s[tid + 2]; __syncwarp(); s[tid] += other; __syncwarp(); }
  { const auto other = s[tid + 1]; __syncwarp(); s[tid] += other; __syncwarp(); }
}

__global__ void reduce(const int *in, int *out) {
  __shared__ int s[256 + 32];
  const int tid = threadIdx.x;
  s[tid] = in[blockIdx.x * blockDim.x + tid];
  __syncthreads();
  for (int d = blockDim.x / 2; d > 32; d /= 2) {
    if (tid < d) s[tid] += s[tid + d];
    __syncthreads();
  }
  if (tid < warpSize) last_warp(s, tid);
  if (tid == 0) out[blockIdx.x] = s[0];
}

int main() {
  const int blocks = 5, threads = 256, n = blocks * threads;
  int host[n], results[blocks], *in, *out;
  for (int i = 0; i < n; ++i) host[i] = i % 13;
  cudaMalloc(&in, sizeof(host));
  cudaMalloc(&out, sizeof(results));
  cudaMemcpy(in, host, sizeof(host), cudaMemcpyHostToDevice);
  reduce<<<blocks, threads>>>(in, out);
  cudaMemcpy(results, out, sizeof(results), cudaMemcpyDeviceToHost);
  bool right = true;
  for (int b = 0; b < blocks; ++b) {
    int sum = 0;
    for (int i = 0; i < threads; ++i) sum += host[b * threads + i];
    right = right && sum == results[b];
  }
  printf("%s\n", right ? "PASS" : "FAIL");
  return right ? 0 : 1;
}
