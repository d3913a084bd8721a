// What training from Python needs of C++: images, batches of them, files for TensorBoard, all_finite.
#include "arguments.h"
#include "bind.h"
#include "nucella/data/loader.h"
#include "nucella/train/event_file.h"
#include "nucella/train/finite.h"

namespace nucella::python {
namespace {

using data::DataLoader;
using data::ImageSet;

data::Split split_from(const std::string& text) {
  check<ValueError>(text == "train" || text == "test",
                    "load_images: 'usage' must be 'train' or 'test', got '", text, "'");
  return text == "train" ? data::Split::kTrain : data::Split::kTest;
}

nb::object to_python(data::Batch batch) {
  return nb::make_tuple(python::to_python(std::move(batch.images)),
                        python::to_python(std::move(batch.labels)));
}

/// The batches of one epoch, for a Python loop; keeps its loader alive.
struct EpochIterator {
  std::shared_ptr<DataLoader> loader;
  std::vector<int64_t> order;
  int64_t step = 0;

  data::Batch next() {
    if (step >= loader->steps_per_epoch()) throw nb::stop_iteration();
    const size_t size = static_cast<size_t>(loader->options().batch_size);
    const size_t first = size * static_cast<size_t>(step++);
    const nb::gil_scoped_release no_gil;
    return loader->gather(
        std::span<const int64_t>(order).subspan(first, std::min(size, order.size() - first)));
  }
};

/// A DataLoader whose every iter() is another epoch.
struct EpochLoader {
  std::shared_ptr<DataLoader> loader;
  int64_t epochs = 0;

  EpochIterator iterate() { return {loader, loader->order(epochs++), 0}; }
};

void bind_images(nb::module_& m) {
  nb::class_<ImageSet>(m, "ImageSet", R"(Labelled grey images in memory.

Examples:
    >>> images = nucella.dataset.load_images(usage="test").first(10)
    >>> len(images), images.images.shape, images.labels.shape
    (10, (10, 28, 28), (10,)))")
      .def_prop_ro(
          "images", [](const ImageSet& s) { return python::to_python(s.images); },
          "uint8 (count, height, width).")
      .def_prop_ro(
          "labels", [](const ImageSet& s) { return python::to_python(s.labels); }, "uint8 (count,).")
      .def("first", &ImageSet::first, "count"_a, "The first `count` of them (all, when there are fewer).")
      .def("__len__", &ImageSet::size);
  m.def(
      "load_images",
      [](const std::string& folder, const std::string& usage) {
        const data::Split split = split_from(usage);
        const nb::gil_scoped_release no_gil;
        return data::load_images(folder, split);
      },
      "folder"_a = data::kFashionMnistFolder, "usage"_a = "train",
      R"(Reads images and labels in the files of MNIST, plain or with ".gz".

Args:
    folder (str): Where the four files are. Default: where Debian's dataset-fashion-mnist puts them.
    usage (str): "train" or "test". Default: "train".

Raises:
    FileNotFoundError: A file is missing.
    ValueError: A file is damaged, or `usage` another.

Examples:
    >>> len(nucella.dataset.load_images(usage="test"))
    10000)");
}

void bind_loader(nb::module_& m) {
  nb::class_<EpochIterator>(m, "DataLoaderIterator", "The batches of one epoch.")
      .def("__iter__", [](nb::handle self) { return nb::borrow(self); })
      .def("__next__", [](EpochIterator& self) { return to_python(self.next()); });
  nb::class_<EpochLoader>(m, "DataLoader", R"(Batches of an ImageSet; each iter() is the next epoch.

The order of an epoch is a function of its number and the seed alone. A batch is a tuple: images, float32
(batch, 1, height, width), and labels, int32 (batch,).

Args:
    images (ImageSet): What load_images() gives.
    batch_size (int): At least 1. Default: 32.
    shuffle (bool): Default: True.
    seed (int): Default: 0.
    drop_remainder (bool): Leaves out a last batch that is smaller. Default: False.
    mean (float): Pixels become (value / 255 - mean) / std. Default: Fashion-MNIST's.
    std (float): Greater than 0. Default: Fashion-MNIST's.

Raises:
    ValueError: `batch_size` or `std` is out of range.

Examples:
    >>> batches = nucella.dataset.DataLoader(nucella.dataset.load_images(usage="test"), batch_size=100)
    >>> images, labels = next(iter(batches))
    >>> len(batches), images.shape, labels.shape
    (100, (100, 1, 28, 28), (100,)))")
      .def(
          "__init__",
          [](EpochLoader* self, const ImageSet& images, int64_t batch_size, bool shuffle, uint64_t seed,
             bool drop_remainder, float mean, float std) {
            new (self) EpochLoader{
                std::make_shared<DataLoader>(images, data::LoaderOptions{.batch_size = batch_size,
                                                                         .shuffle = shuffle,
                                                                         .seed = seed,
                                                                         .drop_remainder = drop_remainder,
                                                                         .mean = mean,
                                                                         .std = std})};
          },
          "images"_a, "batch_size"_a = 32, "shuffle"_a = true, "seed"_a = 0, "drop_remainder"_a = false,
          "mean"_a = data::LoaderOptions{}.mean, "std"_a = data::LoaderOptions{}.std)
      .def("__iter__", &EpochLoader::iterate)
      .def("__len__", [](const EpochLoader& self) { return self.loader->steps_per_epoch(); });
}

void bind_event_file(nb::module_& m) {
  nb::class_<train::EventFile>(m, "EventFile", R"(Scalars over time in the format that TensorBoard reads.

Args:
    folder (str): Is made when missing; the file in it has a name of its own.

Raises:
    OSError: It cannot be written.)")
      .def(nb::init<const std::string&>(), "folder"_a)
      .def(
          "add_scalar",
          [](train::EventFile& self, const std::string& tag, double value, int64_t step) {
            self.add_scalar(tag, value, step);
          },
          "tag"_a, "value"_a, "step"_a, "One point of the curve called `tag`.")
      .def("flush", &train::EventFile::flush, "Everything is on disk afterwards.")
      .def_prop_ro("path", &train::EventFile::path, "The file.");
}

}  // namespace

void bind_data(nb::module_& m) {
  bind_images(m);
  bind_loader(m);
  bind_event_file(m);
  m.def(
      "all_finite",
      [](nb::handle tensors) {
        return python::to_python(train::all_finite(to_tensors(tensors, "all_finite", "inputs")));
      },
      "inputs"_any,
      "Whether no element of any of the tensors is infinite or NaN. ValueError for no tensors.");
}

}  // namespace nucella::python
