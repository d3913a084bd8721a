#include "nucella/io/pickle.h"

#include <optional>
#include <unordered_map>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using Kind = PickleNode::Kind;
using Index = PickleNode::Index;

// The opcodes that describe data, under the names of Python's pickletools.
enum Opcode : uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersistentId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kBinFloat = 'G',
  kEmptyList = ']',
  kEmptyDict = '}',
  kEmptyTuple = ')',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8A,
  kShortBinUnicode = 0x8C,
  kBinUnicode8 = 0x8D,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};
constexpr int kNewestProtocol = 5;

}  // namespace

// Runs the program. Every opcode makes at most one node, so the tree is never larger than the pickle times a
// constant.
class Pickle::Machine {
 public:
  Machine(std::vector<PickleNode>& nodes, Bytes bytes, const Where& where, Allows* allows)
      : nodes_(nodes), bytes_(bytes), where_(where), allows_(allows), start_(where.offset) {}

  Index run() {
    while (true) {
      where_.offset = start_ + at_;
      const auto opcode = take<uint8_t>();
      if (opcode == kStop) break;
      if (!run_stack(opcode) && !run_memo(opcode) && !run_container(opcode) && !run_scalar(opcode))
        refuse(opcode);
    }
    check<ValueError>(stack_.size() == 1 && marks_.empty(), where_, ": the pickle ends with ", stack_.size(),
                      " values, expected 1");
    check<ValueError>(at_ == bytes_.size(), where_, ": ", bytes_.size() - at_, " bytes follow the pickle");
    return stack_[0];
  }

 private:
  [[noreturn]] void refuse(uint8_t opcode) const {
    raise<ValueError>(where_, ": the pickle has the opcode ", int{opcode}, " (",
                      in_quotes({reinterpret_cast<const char*>(&opcode), 1}),
                      "), which is not among those that describe tensors; nothing in it was executed");
  }

  Bytes take_bytes(uint64_t count) {
    check<ValueError>(contains(bytes_, at_, count), where_, ": the pickle ends early");
    const Bytes out = bytes_.subspan(at_, count);
    at_ += count;
    return out;
  }
  template <class T>
  T take() {
    return load<T>(take_bytes(sizeof(T)), 0);
  }
  std::string_view take_text(uint64_t count) {
    const std::string_view text = as_text(take_bytes(count));
    check<ValueError>(is_utf8(text), where_, ": a text of the pickle is not valid UTF-8");
    return text;
  }
  std::string_view take_line() {
    const std::string_view rest = as_text(bytes_.subspan(at_));
    const size_t length = rest.find('\n');
    check<ValueError>(length != std::string_view::npos, where_, ": the pickle ends early");
    const std::string_view line = take_text(length);
    take_bytes(1);
    return line;
  }

  bool push(PickleNode node) {
    node.offset = where_.offset;
    nodes_.push_back(std::move(node));
    stack_.push_back(static_cast<Index>(nodes_.size() - 1));
    return true;
  }
  size_t bottom() const { return marks_.empty() ? 0 : marks_.back(); }
  Index top() const {
    check<ValueError>(stack_.size() > bottom(), where_, ": the pickle takes a value where there is none");
    return stack_.back();
  }
  Index pop() {
    const Index out = top();
    stack_.pop_back();
    return out;
  }
  std::vector<Index> pop_many(size_t count) {
    check<ValueError>(stack_.size() >= bottom() + count, where_,
                      ": the pickle takes a value where there is none");
    std::vector<Index> out(stack_.end() - static_cast<ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return out;
  }
  std::vector<Index> pop_to_mark() {
    check<ValueError>(!marks_.empty(), where_, ": the pickle takes values up to a mark, and there is none");
    std::vector<Index> out = pop_many(stack_.size() - marks_.back());
    marks_.pop_back();
    return out;
  }

  bool run_stack(uint8_t opcode) {
    switch (opcode) {
      case kProto: {
        const int protocol = take<uint8_t>();
        check<ValueError>(protocol <= kNewestProtocol, where_, ": pickle protocol ", protocol,
                          " is not supported");
        return true;
      }
      case kFrame:
        take<uint64_t>();
        return true;
      case kMark:
        marks_.push_back(stack_.size());
        return true;
      case kPop:
        pop();
        return true;
      case kPopMark:
        pop_to_mark();
        return true;
      default:
        return false;
    }
  }

  bool run_memo(uint8_t opcode) {
    switch (opcode) {
      case kBinPut:
        return put(take<uint8_t>());
      case kLongBinPut:
        return put(take<uint32_t>());
      case kMemoize:
        return put(static_cast<uint32_t>(memo_.size()));
      case kBinGet:
        return get(take<uint8_t>());
      case kLongBinGet:
        return get(take<uint32_t>());
      default:
        return false;
    }
  }
  bool put(uint32_t key) {
    memo_[key] = top();
    return true;
  }
  bool get(uint32_t key) {
    const auto found = memo_.find(key);
    check<ValueError>(found != memo_.end(), where_, ": the pickle takes number ", key,
                      " from its memo, which has none");
    stack_.push_back(found->second);
    return true;
  }

  bool run_scalar(uint8_t opcode) {
    switch (opcode) {
      case kNone:
        return push({.kind = Kind::kNone});
      case kNewTrue:
      case kNewFalse:
        return push({.kind = Kind::kBool, .integer = opcode == kNewTrue});
      case kBinInt:
        return push_int(take<int32_t>());
      case kBinInt1:
        return push_int(take<uint8_t>());
      case kBinInt2:
        return push_int(take<uint16_t>());
      case kLong1:
        return push_int(take_long(take<uint8_t>()));
      case kBinFloat:
        return push(
            {.kind = Kind::kFloat, .real = std::bit_cast<double>(__builtin_bswap64(take<uint64_t>()))});
      case kShortBinUnicode:
        return push_text(take<uint8_t>());
      case kBinUnicode:
        return push_text(take<uint32_t>());
      case kBinUnicode8:
        return push_text(take<uint64_t>());
      default:
        return false;
    }
  }
  bool push_int(int64_t value) { return push({.kind = Kind::kInt, .integer = value}); }
  bool push_text(uint64_t bytes) { return push({.kind = Kind::kText, .text = take_text(bytes)}); }
  // Two's complement of any length, low byte first.
  int64_t take_long(size_t count) {
    const Bytes bytes = take_bytes(count);
    check<ValueError>(count <= sizeof(int64_t), where_,
                      ": an integer of the pickle does not fit into 64 bits");
    if (count == 0) return 0;
    int64_t value = 0;
    std::memcpy(&value, bytes.data(), count);
    const int unused = static_cast<int>(64 - 8 * count);
    return static_cast<int64_t>(static_cast<uint64_t>(value) << unused) >> unused;
  }

  bool run_container(uint8_t opcode) {
    switch (opcode) {
      case kEmptyTuple:
        return push({.kind = Kind::kTuple});
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return push({.kind = Kind::kTuple, .items = pop_many(opcode - kTuple1 + 1u)});
      case kTuple:
        return push({.kind = Kind::kTuple, .items = pop_to_mark()});
      case kEmptyList:
        return push({.kind = Kind::kList});
      case kEmptyDict:
        return push({.kind = Kind::kDict});
      case kAppend:
        return append(pop_many(1));
      case kAppends:
        return append(pop_to_mark());
      case kSetItem:
        return set_items(pop_many(2));
      case kSetItems:
        return set_items(pop_to_mark());
      default:
        return run_call(opcode);
    }
  }
  bool append(const std::vector<Index>& values) {
    PickleNode& list = nodes_[top()];
    check<ValueError>(list.kind == Kind::kList, where_, ": the pickle appends to something that is no list");
    list.items.insert(list.items.end(), values.begin(), values.end());
    return true;
  }
  bool set_items(const std::vector<Index>& pairs) {
    PickleNode& dict = nodes_[top()];
    check<ValueError>(dict.kind == Kind::kDict || dict.kind == Kind::kCall, where_,
                      ": the pickle sets items of something that is no dict");
    check<ValueError>(pairs.size() % 2 == 0, where_, ": the pickle sets a key without a value");
    dict.items.insert(dict.items.end(), pairs.begin(), pairs.end());
    return true;
  }

  bool run_call(uint8_t opcode) {
    switch (opcode) {
      case kGlobal: {
        const std::string_view module = take_line();
        return push_global(module, take_line());
      }
      case kStackGlobal: {
        const std::vector<Index> names = pop_many(2);
        const PickleNode &module = nodes_[names[0]], &name = nodes_[names[1]];
        check<ValueError>(module.kind == Kind::kText && name.kind == Kind::kText, where_,
                          ": the pickle names a global by something that is no text");
        return push_global(module.text, name.text);
      }
      case kReduce: {
        std::vector<Index> call = pop_many(2);
        check<ValueError>(nodes_[call[0]].kind == Kind::kGlobal && nodes_[call[1]].kind == Kind::kTuple,
                          where_,
                          ": the pickle calls something that is no global, or without a tuple of arguments");
        return push({.kind = Kind::kCall, .items = std::move(call)});
      }
      case kBinPersistentId:
        return push({.kind = Kind::kPersistent, .items = pop_many(1)});
      case kBuild:
        pop();  // attributes of an object: nothing that a tensor or a dict needs
        top();
        return true;
      default:
        return false;
    }
  }

  bool push_global(std::string_view module, std::string_view name) {
    check<ValueError>(
        allows_(module, name), where_, ": the pickle names ", in_quotes(str(module, '.', name)),
        ", which is not among the names that files of tensors need (a state_dict() has only those); "
        "nothing in it was executed");
    return push({.kind = Kind::kGlobal, .text = name, .module = module});
  }

  std::vector<PickleNode>& nodes_;
  Bytes bytes_;
  Where where_;
  Allows* allows_;
  uint64_t start_;
  uint64_t at_ = 0;
  std::vector<Index> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint32_t, Index> memo_;
};

Pickle::Pickle(Bytes bytes, Where where, Allows* allows) {
  check<ValueError>(bytes.size() <= kLargestPickle, where, ": the pickle has ", bytes.size(),
                    " bytes, at most ", kLargestPickle, " are supported");
  root_ = Machine(nodes_, bytes, where, allows).run();
}

}  // namespace nucella::io
