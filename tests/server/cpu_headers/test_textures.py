"""Textures and surfaces: addressing, filtering, formats, as the programming guide defines them."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., str]

SOURCE = r"""
#include <cstdio>
#include <cstring>
#define CALL(what) if (auto status = (what)) printf(#what ": %d\n", static_cast<int>(status))

__global__ void read_float(cudaTextureObject_t t, const float2* at, int n, float* out) {
    for (int i = 0; i < n; ++i) out[i] = tex2D<float>(t, at[i].x, at[i].y);
}
__global__ void read_bytes(cudaTextureObject_t t, float4* out) {
    out[0] = tex1Dfetch<float4>(t, 1);
    out[1] = tex1Dfetch<float4>(t, 99);
}
__global__ void invert(cudaSurfaceObject_t s) {
    const int x = threadIdx.x, y = threadIdx.y;
    const float value = surf2Dread<float>(s, x * 4, y);
    surf2Dwrite(-value, s, x * 4, y);
    if (x == 0) surf2Dwrite(1.0f, s, 1000, y, cudaBoundaryModeZero);
}
float* fetch(cudaArray_t array, cudaTextureAddressMode mode, cudaTextureFilterMode filter,
             bool normalised, const float2* at, int n) {
    cudaResourceDesc resource;
    memset(&resource, 0, sizeof(resource));
    resource.resType = cudaResourceTypeArray;
    resource.res.array.array = array;
    cudaTextureDesc description;
    memset(&description, 0, sizeof(description));
    description.addressMode[0] = description.addressMode[1] = mode;
    description.filterMode = filter;
    description.readMode = cudaReadModeElementType;
    description.normalizedCoords = normalised;
    description.borderColor[0] = 9;
    cudaTextureObject_t texture = 0;
    CALL(cudaCreateTextureObject(&texture, &resource, &description, NULL));
    static float out[16];
    read_float<<<1, 1>>>(texture, at, n, out);
    CALL(cudaDeviceSynchronize());
    CALL(cudaDestroyTextureObject(texture));
    return out;
}
void show(const float* values, int n) {
    for (int i = 0; i < n; ++i) printf("%g ", values[i]);
    printf("\n");
}
int main() {
    const float texels[8] = {0, 1, 2, 3, 10, 11, 12, 13};
    const cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
    cudaArray_t array = nullptr;
    CALL(cudaMallocArray(&array, &format, 4, 2, cudaArraySurfaceLoadStore));
    CALL(cudaMemcpy2DToArray(array, 0, 0, texels, 16, 16, 2, cudaMemcpyHostToDevice));

    const float2 at[] = {{0.5f, 0.5f}, {1.99f, 0}, {2, 1.5f}, {-3, 0}, {7, 5}, {1.75f, 1}};
    show(fetch(array, cudaAddressModeClamp, cudaFilterModePoint, false, at, 6), 6);
    show(fetch(array, cudaAddressModeClamp, cudaFilterModeLinear, false, at, 6), 6);
    show(fetch(array, cudaAddressModeWrap, cudaFilterModePoint, false, at, 6), 6);  // as clamp
    show(fetch(array, cudaAddressModeBorder, cudaFilterModePoint, false, at, 6), 6);
    const float2 part[] = {{0.125f, 0.25f}, {1.125f, 0.25f}, {-0.1f, 0.25f}, {1.1f, 0.25f}};
    show(fetch(array, cudaAddressModeWrap, cudaFilterModePoint, true, part, 4), 4);
    show(fetch(array, cudaAddressModeMirror, cudaFilterModePoint, true, part, 4), 4);
    const float2 weight[] = {{0.5f + 1.0f / 1024, 0.5f}, {0.5f + 3.0f / 1024, 0.5f}};
    show(fetch(array, cudaAddressModeClamp, cudaFilterModeLinear, false, weight, 2), 2);

    const unsigned char bytes[8] = {0, 51, 102, 255, 255, 0, 51, 102};
    cudaResourceDesc resource;
    memset(&resource, 0, sizeof(resource));
    resource.resType = cudaResourceTypeLinear;
    resource.res.linear.devPtr = const_cast<unsigned char*>(bytes);
    resource.res.linear.desc = cudaCreateChannelDesc<uchar4>();
    resource.res.linear.sizeInBytes = sizeof(bytes);
    cudaTextureDesc description;
    memset(&description, 0, sizeof(description));
    description.readMode = cudaReadModeNormalizedFloat;
    cudaTextureObject_t linear = 0;
    CALL(cudaCreateTextureObject(&linear, &resource, &description, NULL));
    float4 colour[2];
    read_bytes<<<1, 1>>>(linear, colour);
    CALL(cudaDeviceSynchronize());
    printf("%g %g %g %g %g\n", colour[0].x, colour[0].y, colour[0].z, colour[0].w, colour[1].x);

    resource.resType = cudaResourceTypeArray;
    resource.res.array.array = array;
    cudaSurfaceObject_t surface = 0;
    CALL(cudaCreateSurfaceObject(&surface, &resource));
    invert<<<1, dim3(4, 2)>>>(surface);
    float back[8];
    CALL(cudaMemcpy2DFromArray(back, 16, array, 0, 0, 16, 2, cudaMemcpyDeviceToHost));
    show(back, 8);
    description.filterMode = cudaFilterModeLinear;
    description.readMode = cudaReadModeElementType;
    resource.resType = cudaResourceTypeLinear;
    resource.res.linear.devPtr = const_cast<unsigned char*>(bytes);
    resource.res.linear.desc = cudaCreateChannelDesc<uchar4>();
    resource.res.linear.sizeInBytes = sizeof(bytes);
    const auto status = cudaCreateTextureObject(&linear, &resource, &description, NULL);
    printf("%s\n", cudaGetErrorName(status));
}
"""


def test_texture_and_surface_objects(run_program: Run) -> None:
    assert run_program(SOURCE).splitlines() == [
        "0 1 12 0 13 11 ",
        "0 1.48828 11.5 0 13 6.25 ",
        "0 1 12 0 13 11 ",
        "0 1 12 9 9 11 ",
        "0 0 3 0 ",
        "0 3 0 3 ",
        "0 0.00390625 ",
        "1 0 0.2 0.4 0",
        "-0 -1 -2 -3 -10 -11 -12 -13 ",
        "cudaErrorInvalidValue",
    ]


def test_texture_references_of_old_sources(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cstdio>
texture<float, 1, cudaReadModeElementType> line;
texture<unsigned char, 2, cudaReadModeNormalizedFloat> image;
__global__ void k(float* out) {
    out[0] = tex1Dfetch(line, 2);
    out[1] = tex2D(image, 0.75f, 0.25f);
}
int main() {
    float values[4] = {1, 2, 3, 4}, out[2];
    cudaBindTexture(NULL, line, values, sizeof(values));
    const cudaChannelFormatDesc format = cudaCreateChannelDesc<unsigned char>();
    cudaArray_t array = nullptr;
    cudaMallocArray(&array, &format, 2, 2);
    const unsigned char texels[4] = {0, 51, 102, 255};
    cudaMemcpyToArray(array, 0, 0, texels, 4, cudaMemcpyHostToDevice);
    image.normalized = true;
    cudaBindTextureToArray(image, array);
    k<<<1, 1>>>(out);
    cudaDeviceSynchronize();
    printf("%g %g\n", out[0], out[1]);
}
"""
    )
    assert output == "3 0.2\n"
