"""Texts to numbers."""

import os

from nucella import _core
from nucella.common.checks import check_bool, check_int, check_type

__all__ = ["WordPiece"]


class WordPiece:
    """BERT's tokenizer: texts to words and parts of words, and to their numbers in a vocabulary.

    A text loses its control characters, is cut at blanks and around each punctuation character and ideograph, and
    words that are not in the vocabulary are cut into the longest parts that are, from their front; parts after the
    first stand there with "##" before them.

    Args:
        vocabulary (str, list[str]): The path of a file with one token per line, or the tokens.
        lower_case (bool): Lower case, and no accents: for "uncased" vocabularies. Default: True.

    Raises:
        TypeError: An argument is of another type.
        ValueError: A token occurs twice, or one of [UNK], [CLS] and [SEP] is missing.
        OSError: The file cannot be read.

    Examples:
        >>> tokenizer = nucella.dataset.text.WordPiece(["[UNK]", "[CLS]", "[SEP]", "hell", "##o", "!"])
        >>> tokenizer.tokenize("Hello!")
        ['hell', '##o', '!']
        >>> tokenizer.encode("Hello!")
        [1, 3, 4, 5, 2]
    """

    def __init__(self, vocabulary, lower_case=True):
        check_type("WordPiece", "vocabulary", vocabulary, (str, os.PathLike, list, tuple))
        check_bool("WordPiece", "lower_case", lower_case)
        is_path = isinstance(vocabulary, (str, os.PathLike))
        make = _core.WordPiece.from_file if is_path else _core.WordPiece
        self._tokenizer = make(os.fspath(vocabulary) if is_path else list(vocabulary), lower_case)

    def __len__(self):
        """Number of tokens in the vocabulary."""
        return len(self._tokenizer)

    def tokenize(self, text):
        """The tokens of a text, as a list of str."""
        return self._tokenizer.tokenize(check_type("WordPiece.tokenize", "text", text, str))

    def encode(self, text, max_length=None):
        """The numbers of the tokens between those of [CLS] and [SEP].

        Args:
            text (str): The text.
            max_length (int): Tokens that would make more than this are cut off; at least 2. None: all stay.
                Default: None.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range.
        """
        check_type("WordPiece.encode", "text", text, str)
        most = 2**63 - 1 if max_length is None else check_int("WordPiece.encode", "max_length", max_length, 2)
        return self._tokenizer.encode(text, most)
