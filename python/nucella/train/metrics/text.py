"""Metrics of language: perplexity and BLEU."""

import collections
import math

import numpy

from nucella.common.checks import check_bool, check_int, check_type
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["BleuScore", "Perplexity"]


class Perplexity(Metric):
    """exp of the mean negative log of the probability given to the right word.

    Args:
        ignore_label (int): Labels that do not count. Default: None.

    Raises:
        TypeError: `ignore_label` is no int.

    Examples:
        >>> round(Perplexity()([[0.5, 0.5], [0.75, 0.25]], [0, 1]), 4)
        2.8284
    """

    def __init__(self, ignore_label=None):
        super().__init__()
        self.ignore_label = check_type("Perplexity", "ignore_label", ignore_label, (int, type(None)))
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._sum = 0.0
        self._words = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes probabilities (..., C) and labels (...).

        Raises:
            ValueError: Another number of inputs.
            RuntimeError: Shapes that do not fit.
        """
        probabilities, labels = self._arrays(inputs, 2, "predicted value, label")
        if probabilities.shape[:-1] != labels.shape:
            raise RuntimeError(
                "Perplexity.update: the label must have the shape of the predicted value without its last axis, "
                f"got {labels.shape} and {probabilities.shape}"
            )
        labels = labels.reshape(-1).astype(numpy.int64)
        right = probabilities.reshape(labels.size, -1)[numpy.arange(labels.size), labels]
        counts = numpy.ones(labels.size, bool) if self.ignore_label is None else labels != self.ignore_label
        self._sum -= float(numpy.log(numpy.maximum(1e-10, right[counts].astype(numpy.float64))).sum())
        self._words += int(counts.sum())

    def eval(self):
        """A float of at least 1. RuntimeError when there were no words."""
        self._require(self._words)
        return math.exp(self._sum / self._words)


class BleuScore(Metric):
    """How much candidate sentences have in common with reference sentences (Papineni et al. 2002).

    Args:
        n_gram (int): Length of the longest sequences that are compared, 1 to 4. Default: 4.
        smooth (bool): Adds 1 to matches and lengths from 2 words on. Default: False.

    Raises:
        TypeError: `n_gram` is no int or `smooth` no bool.
        ValueError: `n_gram` is out of range.

    Examples:
        >>> BleuScore(1)([["a", "pen"]], [[["a", "pen"], ["pens"]]])
        1.0
    """

    def __init__(self, n_gram=4, smooth=False):
        super().__init__()
        self.n_gram = check_int("BleuScore", "n_gram", n_gram)
        if not 1 <= n_gram <= 4:
            raise ValueError(f"BleuScore: 'n_gram' must be 1 to 4, got {n_gram}")
        self.smooth = check_bool("BleuScore", "smooth", smooth)
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._matches = numpy.zeros(self.n_gram)
        self._candidates = numpy.zeros(self.n_gram)
        self._candidate_words = 0
        self._reference_words = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes a list of candidates (lists of words) and one of lists of references for each.

        Raises:
            ValueError: Another number of inputs, or lists that differ in length.
        """
        if len(inputs) != 2:
            raise ValueError(f"BleuScore.update: expected 2 inputs (candidates, references), got {len(inputs)}")
        candidates, references = inputs
        if len(candidates) != len(references):
            raise ValueError(
                f"BleuScore.update: expected references for each of {len(candidates)} candidates, got {len(references)}"
            )
        for candidate, texts in zip(candidates, references):
            self._add(candidate, texts)

    def eval(self):
        """A float in [0, 1]. RuntimeError when there were no words."""
        self._require(self._candidate_words)
        if self._matches.min() == 0:
            return 0.0
        extra = numpy.zeros(self.n_gram)
        extra[1:] = self.smooth
        precisions = (self._matches + extra) / (self._candidates + extra)
        brevity = min(1.0, math.exp(1 - self._reference_words / self._candidate_words))
        return float(brevity * math.exp(numpy.log(precisions).mean()))

    def _add(self, candidate, texts):
        self._candidate_words += len(candidate)
        self._reference_words += min((len(text) for text in texts), key=lambda size: abs(size - len(candidate)))
        known = collections.Counter()
        for text in texts:
            known |= _sequences(text, self.n_gram)
        found = _sequences(candidate, self.n_gram)
        for words, count in (found & known).items():
            self._matches[len(words) - 1] += count
        for words, count in found.items():
            self._candidates[len(words) - 1] += count


def _sequences(words, longest):
    return collections.Counter(
        tuple(words[start : start + size]) for size in range(1, longest + 1) for start in range(len(words) - size + 1)
    )
