// HIP's names on hipwright's CPU device.
#pragma once

#define HIPWRIGHT_HIP 1

// Versions: HIP 7.1. The platform is AMD's; __HIP__ stays undefined, because it says to libraries
// that a GPU is compiled for. A program that asks for it is told yes (device_code.py).
#ifndef __HIPCC__
#define __HIPCC__ 1
#endif
#ifndef __HIP_PLATFORM_AMD__
#define __HIP_PLATFORM_AMD__ 1
#endif
#ifndef __HIP_PLATFORM_HCC__
#define __HIP_PLATFORM_HCC__ 1
#endif
#define __HIP_ROCclr__ 1
#define HIP_VERSION_MAJOR 7
#define HIP_VERSION_MINOR 1
#define HIP_VERSION_PATCH 0
#define HIP_VERSION 70100000

// The include guards of HIP's own headers: programs ask by them whether the runtime is there.
#define HIP_INCLUDE_HIP_HIP_RUNTIME_H
#define HIP_INCLUDE_HIP_HIP_RUNTIME_API_H
#define HIP_INCLUDE_HIP_DRIVER_TYPES_H

#include "../../hipwright/runtime.h"

#define __AMDGCN_WAVEFRONT_SIZE__ HIPWRIGHT_WARP_SIZE
#define __AMDGCN_WAVEFRONT_SIZE HIPWRIGHT_WARP_SIZE
#if HIPWRIGHT_WARP_SIZE == 64
#define __GFX9__ 1
#else
#define __GFX11__ 1
#endif

#define hipThreadIdx_x (::hipwright::thread_index_x())
#define hipThreadIdx_y (::hipwright::thread_index_y())
#define hipThreadIdx_z (::hipwright::thread_index_z())
#define hipBlockIdx_x (::hipwright::block_index_x())
#define hipBlockIdx_y (::hipwright::block_index_y())
#define hipBlockIdx_z (::hipwright::block_index_z())
#define hipBlockDim_x (::hipwright::block_size_x())
#define hipBlockDim_y (::hipwright::block_size_y())
#define hipBlockDim_z (::hipwright::block_size_z())
#define hipGridDim_x (::hipwright::grid_size_x())
#define hipGridDim_y (::hipwright::grid_size_y())
#define hipGridDim_z (::hipwright::grid_size_z())
