"""Makes ``import mindspore`` give nucella, without installing anything of that name.

Three ways: ``python -m nucella.as_mindspore script.py [args]``; ``import nucella.as_mindspore`` at the top of a script;
``pytest -p nucella.as_mindspore``. A name that nucella lacks raises an ImportError or AttributeError that says so.
"""

from nucella.as_mindspore.finder import install

install()
