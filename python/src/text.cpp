// The tokenizer for Python.
#include "bind.h"
#include "nucella/data/word_piece.h"

namespace nucella::python {

void bind_text(nb::module_& m) {
  using data::WordPiece;
  nb::class_<WordPiece>(m, "WordPiece")
      .def(
          "__init__",
          [](WordPiece* self, const std::vector<std::string>& vocabulary, bool lower_case) {
            new (self) WordPiece(vocabulary, {.lower_case = lower_case});
          },
          "vocabulary"_a, "lower_case"_a)
      .def_static(
          "from_file",
          [](const std::string& path, bool lower_case) {
            return WordPiece::from_file(path, {.lower_case = lower_case});
          },
          "path"_a, "lower_case"_a)
      .def("__len__", &WordPiece::size)
      .def("tokenize", &WordPiece::tokenize, "text"_a)
      .def("encode", &WordPiece::encode, "text"_a, "max_length"_a);
}

}  // namespace nucella::python
