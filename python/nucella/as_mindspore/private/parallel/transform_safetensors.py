"""mindspore.parallel.transform_safetensors: what MindSpore's own tests ask of it."""

from nucella.train.serialization import load_checkpoint


def _fast_load_file(file_path):
    """The arrays of a .safetensors file by name."""
    return {name: value.asnumpy() for name, value in load_checkpoint(file_path, format="safetensors").items()}
