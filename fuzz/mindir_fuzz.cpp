// Fuzz target: whatever the bytes, the MindIR reader gives records or an error of the kinds that it
// documents, and their tensors too.
#include "nucella/io/mind_ir.h"

namespace {

namespace io = nucella::io;
using namespace io::mind_ir;

constexpr io::Where kWhere{"read_mind_ir", "fuzz"};

// Makes a tensor of each record that holds one, as load_graph() does.
class Tensors final : public Visitor {
  void primitive(std::string_view, std::string_view) override {}
  void parameter(const TensorRecord& record) override { record_tensor(record, kWhere); }
  void input(std::string_view, const TensorRecord& type) override {
    record_shape(type, kWhere);
    record_dtype(type, kWhere);
  }
  void output(std::string_view) override {}
  void node(const NodeRecord& record) override {
    if (record.attribute) visit(*record.attribute);
  }
  void visit(const Attribute& attribute) {
    if (attribute.tensor) record_tensor(*attribute.tensor, kWhere);
    for (const Attribute& item : attribute.items) visit(item);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Tensors tensors;
  try {
    read_mind_ir(std::as_bytes(std::span(data, size)), kWhere, tensors);
  } catch (const nucella::ValueError&) {
  } catch (const nucella::NotImplementedError&) {
  }
  return 0;
}
