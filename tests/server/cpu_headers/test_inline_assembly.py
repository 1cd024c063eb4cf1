"""Inline PTX computes what the PTX ISA says."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., str]


def test_instructions(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cstdio>
__device__ unsigned lane() {
    unsigned result;
    asm volatile("mov.u32 %0, %%laneid;" : "=r"(result));
    return result;
}
__global__ void k(unsigned* out, float* f, unsigned long long* wide) {
    asm("lop3.b32 %0, %1, %2, %3, 0xe8;"
        : "=r"(out[0])
        : "r"(0xf0f0f0f0), "r"(0xcccccccc), "r"(0xaaaaaaaa));
    asm("{\n .reg .pred p;\n setp.ne.u32 p, %1, 0;\n @p add.u32 %0, %1, 5;\n @!p mov.u32 %0, 7;\n}"
        : "=r"(out[1])
        : "r"(threadIdx.x + 1));
    asm("bfind.u32 %0, %1;" : "=r"(out[2]) : "r"(1u << 20));
    asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(f[0]) : "f"(3.0f));
    unsigned a, b;
    asm volatile("ld.global.v2.u32 {%0, %1}, [%2+4];" : "=r"(a), "=r"(b) : "l"(out));
    out[3] = a + b;
    asm volatile("add.cc.u32 %0, %2, %3; addc.u32 %1, %4, 0;"
                 : "=r"(out[4]), "=r"(out[5])
                 : "r"(0xffffffffu), "r"(2u), "r"(7u));
    asm volatile("fma.rz.f32 %0, %1, %2, %3;" : "=f"(f[1]) : "f"(1.1f), "f"(1.3f), "f"(0.7f));
    asm volatile("st.global.u32 [%0], %1;" ::"l"(out + 6), "r"(lane() + 40) : "memory");
    asm volatile("atom.global.add.u32 %0, [%1], %2;" : "=r"(out[7]) : "l"(out + 8), "r"(5));
    asm volatile("cvt.rzi.s32.f32 %0, %1;" : "=r"(out[9]) : "f"(-2.7f));
    asm volatile("mul.wide.u32 %0, %1, %2;" : "=l"(*wide) : "r"(0xffffffffu), "r"(2u));
    asm volatile("bfe.s32 %0, %1, 4, 8;" : "=r"(out[10]) : "r"(0xf80));
    asm volatile("bfi.b32 %0, %1, %2, 8, 4;" : "=r"(out[11]) : "r"(0x5), "r"(0xffffffffu));
    asm volatile("shr.s32 %0, %1, 40;" : "=r"(out[12]) : "r"(-8));
    asm volatile("selp.b32 %0, 1, 2, %1;" : "=r"(out[13]) : "r"(0));
    asm volatile("shl.b32 %0, %1, 33;" : "=r"(out[14]) : "r"(1));
    __shared__ unsigned s[4];
    const auto place = static_cast<unsigned>(__cvta_generic_to_shared(s));
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8, 4;" ::"r"(place), "l"(out));
    out[15] = s[0] == out[0] && s[1] == 0;
    if (threadIdx.y) asm volatile("mma.sync.m16n8k8 {%0}, {%0}, {%0}, {%0};" : "+r"(a));
}
int main() {
    unsigned* out;
    float* f;
    unsigned long long* wide;
    cudaMallocManaged(&out, 64);
    cudaMallocManaged(&f, 8);
    cudaMallocManaged(&wide, 8);
    k<<<1, 1>>>(out, f, wide);
    printf("%d\n", cudaDeviceSynchronize());
    for (int i = 0; i < 16; ++i) printf("%x ", out[i]);
    printf("%g %a %llx\n", f[0], f[1], *wide);
    k<<<1, dim3(1, 2)>>>(out, f, wide);
    printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
"""
    )
    assert output.splitlines() == [
        "0",
        "e8e8e8e8 6 14 1a 1 8 28 0 5 fffffffe fffffff8 fffff5ff ffffffff 2 0 1 "
        "8 0x1.10a3d6p+1 1fffffffe",
        "cudaErrorLaunchFailure",
    ]


def test_instructions_of_amd(run_program: Run) -> None:
    source = r"""
#include <hip/hip_runtime.h>
#include <cstdio>
__global__ void k(float* out, unsigned* word) {
    float sum;
    asm volatile("v_mov_b32_e32 %0, %1" : "=v"(out[0]) : "v"(out[1]));
    asm("v_add_f32 %0, %1, %2\n\ts_nop 0\n\tv_mul_f32_e64 %0, %0, %2"
        : "=&v"(sum) : "v"(1.5f), "v"(2.0f));
    asm("v_xor_b32 %0, %1, %2" : "=v"(*word) : "v"(0xf0u), "v"(0xffu));
    asm volatile("s_waitcnt lgkmcnt(0)\ns_barrier");
    out[2] = sum;
}
int main() {
    float* out;
    (void)hipMallocManaged(&out, 16);
    out[1] = 4;
    k<<<1, 1>>>(out, reinterpret_cast<unsigned*>(out + 3));
    (void)hipDeviceSynchronize();
    printf("%g %g %x\n", out[0], out[2], *reinterpret_cast<unsigned*>(out + 3));
}
"""
    assert run_program(source, "hip") == "4 7 f\n"
