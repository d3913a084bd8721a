// The instruction sets that vector code is compiled for; comes before <hwy/foreach_target.h>.
#pragma once

/// Rare today, and each costs compile time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
