#include "nucella/io/mind_ir.h"

#include <algorithm>
#include <array>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include "nucella/io/mind_ir_format.h"
#include "nucella/io/unicode.h"

namespace nucella::io::mind_ir {
namespace {

using protozero::pbf_reader;
using WireType = protozero::pbf_wire_type;

constexpr int kDeepest = 32;                // of tuples in tuples
constexpr int64_t kLargestTuple = 1 << 16;  // elements, those of inner tuples included

constexpr std::array<std::pair<DType, int>, kDTypeCount> kNumbers = {{{float32, 1},
                                                                      {uint8, 2},
                                                                      {int8, 3},
                                                                      {uint16, 4},
                                                                      {int16, 5},
                                                                      {int32, 6},
                                                                      {int64, 7},
                                                                      {bool_, 9},
                                                                      {float16, 10},
                                                                      {float64, 11},
                                                                      {uint32, 12},
                                                                      {uint64, 13},
                                                                      {bfloat16, 16}}};

// Values of fields; an exception of protozero, which read_mind_ir() turns into an error, for other wire
// types.
void expect(const pbf_reader& record, WireType type) {
  if (record.wire_type() != type) throw protozero::unknown_pbf_wire_type_exception{};
}
std::string_view text_in(pbf_reader& record) {
  expect(record, WireType::length_delimited);
  const auto view = record.get_view();
  return {view.data(), view.size()};
}
pbf_reader message_in(pbf_reader& record) {
  const std::string_view bytes = text_in(record);
  return {bytes.data(), bytes.size()};
}
int64_t int_in(pbf_reader& record) {
  expect(record, WireType::varint);
  return record.get_int64();
}

// A repeated number, packed or not.
void read_ints(pbf_reader& record, std::vector<int64_t>& out) {
  if (record.wire_type() == WireType::varint) return out.push_back(record.get_int64());
  expect(record, WireType::length_delimited);
  for (const int64_t value : record.get_packed_int64()) out.push_back(value);
}

TensorRecord read_tensor(pbf_reader record) {
  TensorRecord out;
  while (record.next()) {
    switch (record.tag()) {
      case kDims:
        read_ints(record, out.dims);
        break;
      case kDataType:
        out.data_type = int_in(record);
        break;
      case kTensorName:
        out.name = text_in(record);
        break;
      case kRefKey:
        out.ref_key = text_in(record);
        break;
      case kRawData:
        out.content = text_in(record);
        break;
      default:
        record.skip();
    }
  }
  return out;
}

class Reader {
 public:
  Reader(const Where& where, Visitor& visitor) : where_(where), visitor_(visitor) {}

  void read_model(pbf_reader model) {
    std::optional<pbf_reader> graph;
    while (model.next()) {
      if (model.tag() == kGraph) {
        graph = message_in(model);
      } else if (model.tag() == kPrimitives) {
        read_primitive(message_in(model));
      } else {
        model.skip();
      }
    }
    check<ValueError>(graph.has_value(), where_, ": the file has no graph");
    read_declarations(*graph);
    // Nodes come first in the file, but need what follows them.
    while (graph->next(kNode)) read_node(message_in(*graph));
  }

 private:
  void read_primitive(pbf_reader record) {
    std::string_view name, op;
    while (record.next()) {
      if (record.tag() == kPrimitiveName) {
        name = text_in(record);
      } else if (record.tag() == kPrimitiveOp) {
        op = text_in(record);
      } else {
        record.skip();
      }
    }
    visitor_.primitive(name, op);
  }

  void read_declarations(pbf_reader graph) {
    std::optional<std::string_view> output;
    while (graph.next()) {
      if (graph.tag() == kParameter) {
        visitor_.parameter(read_tensor(message_in(graph)));
      } else if (graph.tag() == kInput) {
        read_value(message_in(graph));
      } else if (graph.tag() == kOutput) {
        check<ValueError>(!output, where_, ": a graph with several outputs instead of a tuple");
        output = read_value_name(message_in(graph));
      } else {
        graph.skip();
      }
    }
    visitor_.output(output.value_or(""));
  }

  void read_value(pbf_reader record) {
    std::string_view name;
    TensorRecord type;
    while (record.next()) {
      if (record.tag() == kValueName) {
        name = text_in(record);
      } else if (record.tag() == kValueTensor) {
        type = read_tensor(message_in(record));
      } else {
        record.skip();
      }
    }
    visitor_.input(name, type);
  }

  static std::string_view read_value_name(pbf_reader record) {
    std::string_view name;
    while (record.next(kValueName)) name = text_in(record);
    return name;
  }

  void read_node(pbf_reader record) {
    NodeRecord out;
    while (record.next()) {
      switch (record.tag()) {
        case kNodeInput:
          out.inputs.push_back(text_in(record));
          break;
        case kNodeOutput:
          out.output = text_in(record);
          break;
        case kOpType:
          out.op_type = text_in(record);
          break;
        case kNodeAttribute: {
          int64_t room = kLargestTuple;
          out.attribute = read_attribute(message_in(record), 0, room);
          break;
        }
        default:
          record.skip();
      }
    }
    visitor_.node(out);
  }

  Attribute read_attribute(pbf_reader record, int depth, int64_t& room) {
    check<ValueError>(depth < kDeepest, where_, ": tuples are nested too deeply");
    check<ValueError>(room-- > 0, where_, ": a tuple of more than ", kLargestTuple, " elements");
    Attribute out;
    while (record.next()) read_attribute_field(record, out, depth, room);
    return out;
  }

  void read_attribute_field(pbf_reader& record, Attribute& out, int depth, int64_t& room) {
    switch (record.tag()) {
      case kAttributeType:
        out.type = int_in(record);
        break;
      case kInt:
        out.integer = int_in(record);
        break;
      case kInts: {  // elements of tuples stand in the repeated field
        std::vector<int64_t> numbers;
        read_ints(record, numbers);
        if (!numbers.empty()) out.integer = numbers.front();
        break;
      }
      case kFloat:
        expect(record, WireType::fixed32);
        out.real = record.get_float();
        break;
      case kDouble:
        expect(record, WireType::fixed64);
        out.real = record.get_double();
        break;
      case kString:
        out.text = text_in(record);
        break;
      case kTensors:
        out.tensor = std::make_shared<TensorRecord>(read_tensor(message_in(record)));
        break;
      case kValues:
        out.items.push_back(read_attribute(message_in(record), depth + 1, room));
        break;
      default:
        record.skip();
    }
  }

  const Where& where_;
  Visitor& visitor_;
};

}  // namespace

void read_mind_ir(Bytes file, const Where& where, Visitor& visitor) {
  try {
    Reader(where, visitor).read_model({as_text(file).data(), file.size()});
  } catch (const protozero::exception& e) {
    raise<ValueError>(where, ": not a MindIR file, or a damaged one: ", e.what());
  }
}

Shape record_shape(const TensorRecord& record, const Where& where) {
  for (const int64_t extent : record.dims)
    check<NotImplementedError>(extent >= 0, where, ": ", in_quotes(record.name),
                               " has an extent that is not known; graphs here have fixed shapes");
  return Shape(record.dims);
}

DType record_dtype(const TensorRecord& record, const Where& where) {
  const std::optional<DType> dtype = dtype_numbered(record.data_type);
  check<NotImplementedError>(dtype.has_value(), where, ": ", in_quotes(record.name), " has the data type ",
                             record.data_type, ", which is not known here");
  return *dtype;
}

Tensor record_tensor(const TensorRecord& record, const Where& where) {
  const Shape shape = record_shape(record, where);
  const DType dtype = record_dtype(record, where);
  const uint64_t bytes = dense_bytes(shape, dtype, where);
  check<ValueError>(record.content.size() == bytes, where, ": ", in_quotes(record.name), " of shape ", shape,
                    " needs ", bytes, " bytes, the file has ", record.content.size());
  return tensor_from(as_bytes(record.content), shape, dtype);
}

int number_of(DType dtype) {
  return std::ranges::find(kNumbers, dtype, &std::pair<DType, int>::first)->second;
}

std::optional<DType> dtype_numbered(int64_t number) {
  for (const auto& [dtype, its] : kNumbers)
    if (its == number) return dtype;
  return {};
}

}  // namespace nucella::io::mind_ir
