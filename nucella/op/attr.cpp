#include "nucella/op/attr.h"

namespace nucella {
namespace {

struct Printer {
  std::string& out;
  void operator()(bool v) const { out += v ? "True" : "False"; }
  void operator()(int64_t v) const { out += std::to_string(v); }
  void operator()(double v) const { append_to(out, v); }
  void operator()(const std::string& v) const { out += "'" + v + "'"; }
  void operator()(const Ints& v) const { list(v); }
  void operator()(const Floats& v) const { list(v); }
  void operator()(DType v) const { out += name(v); }
  void operator()(const std::shared_ptr<Callback>&) const { out += "<function>"; }
  template <class V>
  void list(const V& values) const {
    out += "(";
    for (size_t i = 0; i < values.size(); ++i) {
      if (i) out += ", ";
      append_to(out, values[i]);
    }
    out += values.size() == 1 ? ",)" : ")";
  }
};

}  // namespace

void append_to(std::string& out, const Attr& attr) { std::visit(Printer{out}, attr.value()); }

}  // namespace nucella
