// Reductions over tiles of cooperative groups, and what HIP calls their size.
#include <cuda_runtime.h>
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <stdio.h>
namespace cg = cooperative_groups;
__global__ void k(const float *in, float *out, int *least) {
  cg::thread_block block = cg::this_thread_block();
  cg::thread_block_tile<32> warp = cg::tiled_partition<32>(block);
  float v = in[threadIdx.x];
  out[threadIdx.x] = cg::reduce(warp, v, cg::plus<float>()) + warp.num_threads();
  least[threadIdx.x] = cg::reduce(warp, (int)v, cg::less<int>());
}
int main() {
  float h[128], *d, *o; int *l, hl[128];
  for (int i = 0; i < 128; i++) h[i] = (i * 37) % 101;
  cudaMalloc(&d, sizeof h); cudaMalloc(&o, sizeof h); cudaMalloc(&l, sizeof hl);
  cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
  k<<<1, 128>>>(d, o, l);
  cudaMemcpy(h, o, sizeof h, cudaMemcpyDeviceToHost);
  cudaMemcpy(hl, l, sizeof hl, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 128; i += 16) printf("%g %d\n", h[i], hl[i]);
}
