#include <map>
#include <numeric>

#include "nucella/ops/rules.h"

namespace nucella {
namespace {

using Labels = std::string;  // one character for each axis; those of an ellipsis are counted from kDot on
constexpr char kDot = 1;

struct Term {
  Tensor tensor;
  Labels labels;
};

bool has(const Labels& labels, char label) { return labels.find(label) != Labels::npos; }

// Names for the axes of `ndim` that the text of an operand stands for.
Labels expand(const std::string& text, int ndim) {
  const size_t dots = text.find("...");
  const int named = static_cast<int>(text.size()) - (dots == std::string::npos ? 0 : 3), rest = ndim - named;
  check<ValueError>(dots == std::string::npos ? rest == 0 : rest >= 0, "einsum: '", text,
                    "' does not stand for a tensor of ", ndim, " dimensions");
  Labels out = text;
  if (dots != std::string::npos) {
    Labels counted;
    for (int i = rest; i > 0; --i) counted += static_cast<char>(kDot + i - 1);
    out.replace(dots, 3, counted);
  }
  for (char label : out)
    check<ValueError>(label < kDot + kMaxDims || std::isalpha(static_cast<unsigned char>(label)),
                      "einsum: axes are named by letters, got '", text, "'");
  return out;
}

// Takes the diagonal over every name that comes twice.
Term without_repeats(Term term) {
  for (size_t second = 1; second < term.labels.size(); ++second) {
    const size_t first = term.labels.find(term.labels[second]);
    if (first == second) continue;
    const char label = term.labels[second];
    const Shape& shape = term.tensor.shape();
    check<ValueError>(shape[static_cast<int>(first)] == shape[static_cast<int>(second)],
                      "einsum: a name that comes twice must have one extent, got the shape ", shape);
    term.tensor = ops::diagonal(term.tensor, 0, static_cast<int64_t>(first), static_cast<int64_t>(second));
    term.labels.erase(second, 1);
    term.labels.erase(first, 1);
    term.labels += label;
    second = 0;
  }
  return term;
}

struct Equation {
  Equation(std::string text, const Inputs& in) {
    std::erase(text, ' ');
    const size_t arrow = text.find("->");
    std::string left = text.substr(0, arrow);
    for (size_t at = 0; at != std::string::npos;) {
      const size_t comma = left.find(',', at);
      operands.push_back(left.substr(at, comma == std::string::npos ? comma : comma - at));
      at = comma == std::string::npos ? comma : comma + 1;
    }
    check<ValueError>(operands.size() == in.size(), "einsum: the equation '", text, "' names ",
                      operands.size(), " tensors, got ", in.size());
    int dots = 0;
    for (size_t i = 0; i < in.size(); ++i) {
      check<TypeError>(in[i].dtype() == in[0].dtype(), "einsum: the tensors must be of one dtype, got ",
                       in[0].dtype(), " and ", in[i].dtype());
      operands[i] = expand(operands[i], in[i].ndim());
      for (char label : operands[i]) dots = std::max(dots, label < kDot + kMaxDims ? label - kDot + 1 : 0);
      note_extents(operands[i], in[i].shape());
    }
    output = arrow == std::string::npos ? implicit(dots) : explicit_output(text.substr(arrow + 2), dots);
  }

  void note_extents(const Labels& labels, const Shape& shape) {
    for (size_t i = 0; i < labels.size(); ++i) {
      int64_t& known = extents.emplace(labels[i], 1).first->second;
      const int64_t extent = shape[static_cast<int>(i)];
      check<ValueError>(known == extent || known == 1 || extent == 1,
                        "einsum: one name stands for the extents ", known, " and ", extent);
      known = known == 1 ? extent : known;
    }
  }

  Labels implicit(int dots) const {
    Labels out;
    for (int i = dots; i > 0; --i) out += static_cast<char>(kDot + i - 1);
    for (const auto& [label, extent] : extents) {
      const auto uses = [&](size_t sum, const Labels& l) {
        return sum + static_cast<size_t>(std::count(l.begin(), l.end(), label));
      };
      if (label >= kDot + kMaxDims && std::accumulate(operands.begin(), operands.end(), size_t{0}, uses) == 1)
        out += label;
    }
    return out;
  }

  Labels explicit_output(const std::string& text, int dots) const {
    const bool dotted = text.find("...") != std::string::npos;
    const Labels out = expand(text, static_cast<int>(text.size()) + (dotted ? dots - 3 : 0));
    for (char label : out) {
      check<ValueError>(extents.contains(label), "einsum: the result names an axis that no tensor has, got '",
                        text, "'");
      check<ValueError>(std::count(out.begin(), out.end(), label) == 1,
                        "einsum: the result names an axis twice, got '", text, "'");
    }
    return out;
  }

  Term operand(const Call& call, size_t i) const { return without_repeats({call.in[i], operands[i]}); }

  // The names that the result or an operand behind `i` still asks for.
  Labels needed_after(size_t i) const {
    Labels out = output;
    for (size_t k = i + 1; k < operands.size(); ++k) out += operands[k];
    return out;
  }

  std::vector<Labels> operands;
  Labels output;
  std::map<char, int64_t> extents;
};

// Sums over the axes whose names are not in `kept`.
Term summed(const Term& term, const Labels& kept) {
  Shape axes;
  Labels labels;
  for (size_t i = 0; i < term.labels.size(); ++i) {
    if (has(kept, term.labels[i])) {
      labels += term.labels[i];
    } else {
      axes.push_back(static_cast<int64_t>(i));
    }
  }
  return axes.empty() ? term : Term{ops::reduce_sum(term.tensor, axes), labels};
}

// The tensor with its axes in the order of `wanted`, with axes of extent 1 for names that it lacks.
Tensor arranged(const Term& term, const Labels& wanted) {
  Shape perm, shape;
  for (char label : wanted) {
    const size_t at = term.labels.find(label);
    if (at == Labels::npos) {
      shape.push_back(1);
    } else {
      perm.push_back(static_cast<int64_t>(at));
      shape.push_back(term.tensor.shape()[static_cast<int>(at)]);
    }
  }
  return ops::reshape(ops::transpose(term.tensor, perm), shape);
}

// The names in `from` for which the test holds.
template <class F>
Labels filtered(const Labels& from, F test) {
  Labels out;
  std::copy_if(from.begin(), from.end(), std::back_inserter(out), test);
  return out;
}

int64_t extent_of(const Term& term, char label) {
  const size_t at = term.labels.find(label);
  return at == Labels::npos ? 1 : term.tensor.shape()[static_cast<int>(at)];
}

Shape extents_of(const Term& a, const Term& b, const Labels& labels) {
  Shape out;
  for (char label : labels)
    out.push_back(std::max(extent_of(a, label), extent_of(b, label)) *
                  (extent_of(a, label) != 0 && extent_of(b, label) != 0));
  return out;
}

// The product of two terms as one batch of matrix products.
Term join(const Term& first, const Term& second, const Labels& needed) {
  const Term a = summed(first, second.labels + needed), b = summed(second, first.labels + needed);
  const auto both = [&](char l) { return has(a.labels, l) && has(b.labels, l); };
  const Labels batch = filtered(a.labels, [&](char l) { return both(l) && has(needed, l); });
  const Labels inner = filtered(a.labels, [&](char l) { return both(l) && !has(needed, l); });
  const Labels rows = filtered(a.labels, [&](char l) { return !both(l); });
  const Labels columns = filtered(b.labels, [&](char l) { return !both(l); });
  const Shape outer = extents_of(a, b, batch), summed_over = extents_of(a, b, inner);
  const auto matrix = [&](const Term& term, const Labels& lead, const Labels& tail, bool inner_first) {
    // An axis of extent 1 meets one of another extent under the same name: it is repeated.
    const Labels order = batch + lead + tail;
    Shape full = outer;
    for (char label : lead + tail)
      full.push_back(has(inner, label) ? summed_over[static_cast<int>(inner.find(label))]
                                       : extent_of(term, label));
    const Tensor wide = ops::broadcast_to(arranged(term, order), full);
    const int64_t k = summed_over.numel(), other = extents_of(term, term, inner_first ? tail : lead).numel();
    return ops::reshape(wide, {outer.numel(), inner_first ? k : other, inner_first ? other : k});
  };
  const Tensor product = ops::batch_matmul(matrix(a, rows, inner, false), matrix(b, inner, columns, true));
  Shape shape = outer;
  for (char label : rows) shape.push_back(extent_of(a, label));
  for (char label : columns) shape.push_back(extent_of(b, label));
  return {ops::reshape(product, shape), batch + rows + columns};
}

}  // namespace

extern constinit const OpDef einsum_op{
    .doc =
        "Sums of products over named axes (Einstein's convention): 'ij,jk->ik'. Without '->' the names that "
        "come once stand in alphabetical order; '...' stands for axes without names; a name that comes twice "
        "in one operand is its diagonal.",
    .primitive = "Einsum",
    .compose =
        [](const Call& call) {
          const std::string& equation = call.attrs[0].as<std::string>();
          check<ValueError>(call.in.size() > 0, "einsum: expected at least one tensor");
          const Equation named(equation, call.in);
          Term result = named.operand(call, 0);
          for (size_t i = 1; i < call.in.size(); ++i)
            result = join(result, named.operand(call, i), named.needed_after(i));
          call.out[0] = arranged(summed(result, named.output), named.output);
        },
    .samples =
        "f32[2,3], f32[3,4]; 'ij,jk->ik' | f32[2,3]; 'ij->ji' | f32[3,3]; 'ii' | f32[3,3]; 'ii->i' | "
        "f32[2,3], f32[2,3]; 'ij,ij' | f32[2], f32[3]; 'i,j' | f32[2,2,3], f32[2,3,2]; '...ij,...jk' | "
        "f32[2,3], f32[3,4], f32[4,2]; 'ij,jk,kl->il' | f32[2,3]; 'ij->' | f32[2,3,4], f32[3,5]; "
        "'bij,ik->bjk' | f32[0,3], f32[3,4]; 'ij,jk' | f16[2,2], f16[2,2]; ' ij , jk -> ki ' | !ValueError "
        "f32[2,3], f32[2,3]; 'ij,jk' | !ValueError f32[2,3]; 'ijk' | !ValueError f32[2,3]; 'ij->k' | "
        "!ValueError f32[2,3]; 'ij,jk' | !ValueError f32[2,3]; 'i1' | !TypeError f32[2], i32[2]; 'i,i'",
};

}  // namespace nucella
