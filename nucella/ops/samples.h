// Cases for the op laws that ops of one kind have in common; the grammar is in docs/add-an-op.md.
#pragma once

namespace nucella::rules {

/// Two numbers that broadcast and promote.
inline constexpr char kBinarySamples[] =
    "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[2,1], f32[3] | f32[0,3], f32[3] | f32[], f32[4] | f16[5], "
    "f32[5] | i32[4], i8[4] | !ValueError f32[2,3], f32[2,4] | !TypeError u16[2], i32[2]";
/// Two tensors that are compared.
inline constexpr char kCompareSamples[] =
    "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[2,1], f32[3] | f32[0,3], f32[3] | f32[], f32[4] | "
    "i32[9]{0..3}, i32[9]{0..3} | bool[4], bool[4] | f16[5], f32[5] | !ValueError f32[2,3], f32[2,4] | "
    "!TypeError u16[2], i32[2]";
/// Two tensors as truth values.
inline constexpr char kLogicalSamples[] =
    "bool[2,3], bool[2,3] | bool[2,3], bool[3] | bool[0,3], bool[3] | bool[], bool[4] | i32[9]{0..2}, "
    "i32[9]{0..2} | f32[4], f32[4] | !ValueError bool[2,3], bool[2,4]";
/// A variable and what is added to it or taken from it.
inline constexpr char kUpdateSamples[] =
    "f32[2,3], f32[2,3] | f32[2,3], i32[2,3] | f16[4], f16[4] | i32[0], i32[0] | f64[], f32[] | !ValueError "
    "f32[2,3], f32[3,2] | !ValueError f32[3], f32[] | !TypeError i32[2], f32[2]";
/// Floats and the axis along which they are normalised.
inline constexpr char kSoftmaxSamples[] =
    "f32[2,3]; -1 | f32[2,3]; 0 | f32[5]; 0 | f32[2,3,4]; 1 | f16[2,70]; -1 | f64[3,40]; 1 | f32[0,3]; -1 | "
    "f32[3,0]; 1 | !ValueError f32[2,3]; 2 | !ValueError f32[]; -1 | !TypeError i32[2]; 0";
/// A tensor, the axes over which the largest or smallest is taken, and keep_dims.
inline constexpr char kExtremeSamples[] =
    "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, 3), "
    "False | f32[4,5,6]; (0, 2), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; (), False "
    "| f32[2,3,4]; (0, -1), False | f32[2,3,4]; (1,), True | f32[]; (), False | f16[70]; (), False | "
    "f64[3,5]; (-1,), False | i32[2,3]; (1,), False | f32[0,3]; (1,), False | !ValueError f32[0,3]; (0,), "
    "False | !ValueError f32[2,3]; (2,), False | !RuntimeError f32[2,3]; (1, 1), False";
/// A tensor, the axis of the search, and the dtype of the index.
inline constexpr char kArgSamples[] =
    "f32[2,3]; -1, int32 | f32[2,3]; 0, int64 | i32[5]{0..2}; 0, int32 | f16[3,1,4]; 1, int32 | f32[0,3]; 1, "
    "int32 | !ValueError f32[2,3]; 2, int32 | !ValueError f32[0,3]; 0, int32 | !TypeError f32[2]; 0, float32 "
    "| !TypeError bool[2]; 0, int32";

}  // namespace nucella::rules
