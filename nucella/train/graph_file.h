// Files of graphs: .mindir, in the form of MindSpore's MindIR (a protobuf ModelProto).
//
// Ops that take the same arguments in both carry MindSpore's names and can be read by MindSpore; the others
// are called "nucella.<op>", which only nucella knows.
#pragma once
#include <optional>
#include <string>

#include "nucella/io/encryption.h"
#include "nucella/nn/graph.h"

namespace nucella {

/// Writes the graph with the values of its parameters; replaces a file as a whole (see io::AtomicFile).
/// ".mindir" is added to a path that does not end with it. OSError; ValueError for a wrong key.
void save_graph(const Graph& graph, const std::string& path,
                const std::optional<io::Encryption>& encryption = {});
/// ValueError for a damaged file and for one that is (or is not) encrypted, NotImplementedError for ops that
/// are not known here, OSError. Parameters that an optimizer may change come back as such.
Graph load_graph(const std::string& path, const std::optional<io::Encryption>& encryption = {});

}  // namespace nucella
