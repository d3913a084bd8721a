// Pages from the system: zeroed memory that costs nothing until it is touched, in huge pages where that pays.
#pragma once
#include <cstddef>

namespace nucella {

inline constexpr size_t kPageBytes = 4096;

/// `nbytes` (a multiple of kPageBytes) of zeroed memory, aligned to pages, or from 4 MiB on to huge pages;
/// nullptr when the system has none left.
void* map_pages(size_t nbytes) noexcept;
/// Gives back what map_pages(nbytes) returned.
void unmap_pages(void* pages, size_t nbytes) noexcept;

}  // namespace nucella
