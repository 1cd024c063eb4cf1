"""Rules about lanes: a warp has 32 of them on NVIDIA, a wavefront 32 or 64 on AMD.

What holds them together: in CUDA a warp *always* has 32 lanes. So a port keeps groups of 32 lanes,
whatever the wavefront has: a shuffle gets the width 32, a vote is read from the half of the
wavefront that the lane is in, and the builtin `warpSize` becomes 32. Each of these fixes keeps the
meaning of its own place, whatever else is fixed or not, so that they can be applied in any order.
"""
