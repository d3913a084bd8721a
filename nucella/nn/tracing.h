// is_tracing: whether the ops of this thread are being noted for a graph.
#pragma once

namespace nucella {

/// True while trace() runs a net on this thread. Parameters then change by ops only, so that all is noted.
bool is_tracing();

}  // namespace nucella
