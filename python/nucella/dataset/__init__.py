"""Data sets: rows from Python objects, arrays and files, and what can be made of them.

>>> dataset = NumpySlicesDataset((images, labels), ["image", "label"]).batch(32)
>>> for image, label in dataset:
...     ...
"""

from nucella._core import DataLoader, ImageSet, load_images
from nucella.dataset import config, text, transforms, vision
from nucella.dataset.pipeline import (
    BatchDataset,
    ConcatDataset,
    Dataset,
    MapDataset,
    RepeatDataset,
    ShuffleDataset,
    ZipDataset,
)
from nucella.dataset.pipeline import zip_datasets as zip
from nucella.dataset.sources import FashionMnistDataset, GeneratorDataset, NumpySlicesDataset

__all__ = [
    "BatchDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "FashionMnistDataset",
    "GeneratorDataset",
    "ImageSet",
    "MapDataset",
    "NumpySlicesDataset",
    "RepeatDataset",
    "ShuffleDataset",
    "ZipDataset",
    "config",
    "load_images",
    "text",
    "transforms",
    "vision",
    "zip",
]


def __getattr__(name):
    raise AttributeError(f"nucella.dataset has no '{name}'")
