// Containers: SequentialCell calls its cells one after the other; CellList and CellDict only hold theirs.
#pragma once
#include "nucella/nn/cell.h"

namespace nucella::nn {

/// A new cell of type C, to be put into a container: `SequentialCell net(cell<Dense>(64, 10),
/// cell<ReLU>());`.
template <std::derived_from<Cell> C, class... A>
std::shared_ptr<C> cell(A&&... args) {
  return std::make_shared<C>(std::forward<A>(args)...);
}

/// What the containers have in common: cells in order, each under a name. With auto_prefix the parameters of
/// a cell are named after the container's own place in its net (as far as the names of those already there
/// show it), the cell's name and their path. TypeError for a null cell.
class CellContainer : public Cell {
 public:
  size_t size() const { return child_count(); }
  bool empty() const { return size() == 0; }
  std::vector<std::string> keys() const;
  /// All cells in order, also those that stand there twice.
  std::vector<CellPtr> values() const;

 protected:
  explicit CellContainer(bool auto_prefix = true) : Cell(auto_prefix) {}
  /// `index` counted from the front. IndexError unless -size() <= index < size() (<= with `end_too`).
  size_t position(int64_t index, const char* method, bool end_too = false) const;
  /// Adds the cell at `position` under `key`, replacing the one there if `replace`.
  void place(size_t position, const std::string& key, const CellPtr& cell, bool replace, const char* method);
  void check_cell(const CellPtr& cell, const char* method) const;
  void erase_at(size_t position);
  /// Gives cells that are named by a number the number of their place.
  void renumber();
  /// The cells `first` to before `last`, as Python counts the ends of a slice.
  Named<CellPtr> slice_of(int64_t first, int64_t last) const;

 private:
  std::string own_prefix() const;
};

/// The end of a slice that goes to the last cell.
inline constexpr int64_t kToEnd = INT64_MAX;

/// Calls its cells in order, each on the result of the one before. Cells are named "0", "1", ... or as given.
class SequentialCell : public CellContainer {
 public:
  template <std::derived_from<Cell>... C>
  explicit SequentialCell(std::shared_ptr<C>... cells)
      : SequentialCell(std::vector<CellPtr>{std::move(cells)...}) {}
  explicit SequentialCell(const std::vector<CellPtr>& cells);
  /// As an OrderedDict. KeyError for a name twice, empty, or with a dot.
  explicit SequentialCell(const Named<CellPtr>& cells);
  /// A member of `owner`.
  template <std::derived_from<Cell>... C>
  SequentialCell(Cell& owner, std::string_view name, std::shared_ptr<C>... cells)
      : SequentialCell(std::move(cells)...) {
    join(owner, name);
  }
  SequentialCell(Cell& owner, std::string_view name, const std::vector<CellPtr>& cells);

  /// Negative indices count from the end. IndexError beyond the ends.
  CellPtr operator[](int64_t index) const { return child_at(position(index, "[]")); }
  /// A container of its own with the same cells, whose parameters keep their names.
  std::shared_ptr<SequentialCell> slice(int64_t first, int64_t last = kToEnd) const;
  SequentialCell& append(const CellPtr& cell);
  void set(int64_t index, const CellPtr& cell);
  /// Cells behind it move up, and those named by a number are renamed, with their parameters.
  void erase(int64_t index);

 protected:
  Value construct_values(const Values& inputs) override;
};

/// Holds cells in order, named "0", "1", ...; calling it is a NotImplementedError.
class CellList : public CellContainer {
 public:
  explicit CellList(const std::vector<CellPtr>& cells = {}, bool auto_prefix = true);
  /// A member of `owner`.
  CellList(Cell& owner, std::string_view name, const std::vector<CellPtr>& cells = {},
           bool auto_prefix = true);

  /// Negative indices count from the end. IndexError beyond the ends.
  CellPtr operator[](int64_t index) const { return child_at(position(index, "[]")); }
  /// A list of its own with the same cells, whose parameters keep their names.
  std::shared_ptr<CellList> slice(int64_t first, int64_t last = kToEnd) const;
  CellList& append(const CellPtr& cell);
  /// TypeError when one is null; then none is added.
  CellList& extend(const std::vector<CellPtr>& cells);
  /// Before the cell at `index`; size() appends.
  void insert(int64_t index, const CellPtr& cell);
  void set(int64_t index, const CellPtr& cell);
  /// Cells behind it move up and are renamed, with their parameters.
  void erase(int64_t index);

 protected:
  Value construct_values(const Values& inputs) override;
};

/// Holds cells under names; calling it is a NotImplementedError.
class CellDict : public CellContainer {
 public:
  explicit CellDict(const Named<CellPtr>& cells = {}, bool auto_prefix = true);
  /// A member of `owner`.
  CellDict(Cell& owner, std::string_view name, const Named<CellPtr>& cells = {}, bool auto_prefix = true);

  bool contains(std::string_view key) const;
  /// KeyError when absent.
  CellPtr operator[](std::string_view key) const;
  /// Adds it at the end or replaces the one of that name. KeyError for an empty name or one with a dot.
  void set(std::string_view key, const CellPtr& cell);
  /// As set() for each; nothing is changed when one is refused.
  void update(const Named<CellPtr>& cells);
  /// Takes it out and returns it. KeyError when absent.
  CellPtr pop(std::string_view key);
  void clear();

 protected:
  Value construct_values(const Values& inputs) override;
};

}  // namespace nucella::nn
