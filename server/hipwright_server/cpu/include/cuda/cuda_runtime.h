// The CUDA runtime's names on hipwright's CPU device.
#pragma once

#define HIPWRIGHT_CUDA 1

// Versions: CUDA 13.0, compute capability 9.0. __CUDA_ARCH__ is set where a program's own device
// code asks for it, by the rewriter: the headers of others must see the host's side.
#ifndef __CUDACC__
#define __CUDACC__ 1
#endif
#ifndef __NVCC__
#define __NVCC__ 1
#endif
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0
#define __CUDACC_VER_BUILD__ 48
#define CUDART_VERSION 13000
#define CUDA_VERSION 13000
#define __CUDART_API_VERSION 13000
#define HIPWRIGHT_CUDA_ARCH 900

// By these include guards programs ask whether the runtime is there (helper_cuda.h of the samples).
#define __CUDA_RUNTIME_H__
#define __CUDA_RUNTIME_API_H__
#define __DRIVER_TYPES_H__
#define __VECTOR_TYPES_H__

#include "../hipwright/runtime.h"
