"""Metrics: values by hand or from MindSpore 2.10, accumulation over batches, and errors."""

import math

import numpy as np
import pytest

from nucella import Tensor
from nucella.train import (
    F1,
    MAE,
    MSE,
    ROC,
    Accuracy,
    BleuScore,
    ConfusionMatrix,
    CosineSimilarity,
    Dice,
    Fbeta,
    Loss,
    Metric,
    Perplexity,
    Precision,
    Recall,
    Top1CategoricalAccuracy,
    Top5CategoricalAccuracy,
    TopKCategoricalAccuracy,
    auc,
    get_metric_fn,
    names,
    rearrange_inputs,
)
from nucella.train.metrics import get_metrics

random = np.random.RandomState(0)
SCORES = Tensor(random.rand(6, 3).astype(np.float32))
LABELS = Tensor(np.array([0, 1, 2, 1, 0, 2], np.int32))
ONE_HOT = Tensor(np.eye(3, dtype=np.float32)[[0, 1, 2, 1, 0, 2]])
MULTI = Tensor(random.randint(0, 2, (6, 3)).astype(np.float32))
MULTI_LABELS = Tensor(random.randint(0, 2, (6, 3)).astype(np.float32))


def after(metric, *batches, **arguments):
    for batch in batches:
        metric.update(*batch)
    return metric.eval(**arguments)


@pytest.mark.parametrize("labels", [LABELS, ONE_HOT, LABELS.asnumpy(), LABELS.asnumpy().tolist()])
def test_accuracy_counts_the_largest_score(labels):
    assert Accuracy()(SCORES, labels) == 0.5


def test_accuracy_over_batches_counts_samples():
    metric = Accuracy()
    first = (Tensor(np.array([[1.0, 0]])), Tensor(np.array([0])))
    second = (Tensor(np.array([[1.0, 0], [1, 0], [1, 0]])), Tensor(np.array([1, 1, 1])))
    assert after(metric, first, second) == 0.25
    metric.clear()
    assert after(metric, first) == 1


def test_accuracy_of_pictures_and_of_many_labels():
    scores = np.zeros((2, 3, 4))
    scores[:, 1] = 1
    labels = np.ones((2, 4), int)
    labels[0, 0] = 2
    assert Accuracy()(scores, labels) == 7 / 8
    assert Accuracy("multilabel")(MULTI, MULTI_LABELS) == 1 / 6


@pytest.mark.parametrize(
    ("metric", "inputs", "error", "text"),
    [
        (Accuracy, (SCORES,), ValueError, "Accuracy.update: expected 2 inputs"),
        (Accuracy, (SCORES, Tensor([0, 1])), ValueError, r"shape .*\(2,\) and \(6, 3\)"),
        (Accuracy, (Tensor([1.0, 2.0]), Tensor([1, 2])), ValueError, "one dimension more"),
        (Accuracy, (1, LABELS), TypeError, "got int"),
        (lambda: Accuracy("multilabel"), (SCORES, MULTI), ValueError, "must be 0 or 1"),
        (lambda: Accuracy("multilabel"), (MULTI, Tensor(np.ones((6, 2)))), ValueError, "one shape"),
        (Precision, (SCORES, Tensor([0, 1, 5, 1, 0, 2])), ValueError, "below the number of classes 3, got 5"),
        (MAE, (SCORES,), ValueError, "MAE.update: expected 2 inputs"),
        (MSE, (SCORES, LABELS), ValueError, "one shape"),
        (Loss, (Tensor([[1.0]]),), ValueError, "at most one dimension"),
        (Loss, (0.5,), TypeError, "got float"),
        (lambda: TopKCategoricalAccuracy(7), (SCORES, LABELS), ValueError, "at least 7 classes, got 3"),
        (lambda: ConfusionMatrix(2), (SCORES, LABELS), ValueError, "classes below 2"),
        (lambda: ConfusionMatrix(2), (Tensor(np.ones((1, 1, 1))), LABELS), ValueError, "as many dimensions"),
        (Perplexity, (SCORES, Tensor([0, 1])), RuntimeError, "shape of the predicted value"),
        (Dice, (SCORES, LABELS), ValueError, "one shape"),
        (BleuScore, ([["a"]], [[["a"]], [["b"]]]), ValueError, "each of 1 candidates, got 2"),
        (ROC, (SCORES, LABELS), ValueError, r"expected shapes \(N,\)"),
    ],
)
def test_wrong_inputs(metric, inputs, error, text):
    metric = metric()
    with pytest.raises(error, match=text):
        metric.update(*inputs)
    with pytest.raises(RuntimeError, match="no samples"):
        metric.eval()


def test_another_number_of_classes_than_before():
    for metric in (Accuracy(), Precision(), Recall(), F1()):
        metric.update(Tensor(random.rand(4, 2)), Tensor([0, 1, 0, 1]))
        with pytest.raises(ValueError, match="3 classes, earlier ones had 2"):
            metric.update(SCORES, LABELS)


@pytest.mark.parametrize("batches", [[(SCORES, LABELS)], [(SCORES, ONE_HOT), (SCORES, LABELS)]])
def test_precision_recall_and_f_of_classes(batches):
    np.testing.assert_allclose(after(Precision(), *batches), [0, 1 / 3, 2 / 3])
    np.testing.assert_allclose(after(Recall(), *batches), [0, 0.5, 1])
    np.testing.assert_allclose(after(F1(), *batches), [0, 0.4, 0.8])
    np.testing.assert_allclose(after(Fbeta(2), *batches), [0, 5 / 11, 10 / 11])
    assert after(Precision(), *batches, average=True) == pytest.approx(1 / 3)
    assert after(Fbeta(0.5), *batches, average=True) == pytest.approx(0.35714285714285715)


def test_precision_and_recall_of_samples_with_many_labels():
    np.testing.assert_allclose(Precision("multilabel")(MULTI, MULTI_LABELS), [0.5, 1, 0.5, 1 / 3, 0, 2 / 3])
    np.testing.assert_allclose(Recall("multilabel")(MULTI, MULTI_LABELS), [0.5, 1, 0.5, 1, 0, 1])
    assert after(Precision("multilabel"), (MULTI, MULTI_LABELS), average=True) == pytest.approx(0.5)


def test_average_must_be_a_bool():
    metric = Precision()
    metric.update(SCORES, LABELS)
    with pytest.raises(TypeError, match="'average' must be bool, got int"):
        metric.eval(1)


def test_mean_errors_divide_by_samples():
    assert MAE()(np.float32([0.1, 0.2, 0.6, 0.9]), np.float32([0.1, 0.25, 0.7, 0.9])) == pytest.approx(0.0375)
    assert MSE()(np.float32([0.1, 0.2, 0.6, 0.9]), np.float32([0.1, 0.25, 0.5, 0.9])) == pytest.approx(0.003125)
    assert after(MAE(), (SCORES, ONE_HOT), (SCORES, ONE_HOT)) == pytest.approx(1.287647803624471)
    assert after(MSE(), (SCORES, ONE_HOT), (SCORES, ONE_HOT)) == pytest.approx(0.7778689861297607)


def test_loss_is_the_mean_over_batches():
    assert after(Loss(), (Tensor(0.25),), (Tensor([0.5]),)) == 0.375
    assert after(Loss(), (Tensor([1.0, 2.0, 6.0]),)) == 3


def test_top_k():
    assert Top1CategoricalAccuracy()(SCORES, LABELS) == 0.5
    assert TopKCategoricalAccuracy(2)(SCORES, LABELS) == pytest.approx(2 / 3)
    assert TopKCategoricalAccuracy(2)(SCORES, ONE_HOT) == pytest.approx(2 / 3)
    assert Top5CategoricalAccuracy()(np.arange(12).reshape(2, 6), [0, 1]) == 0.5


def test_confusion_matrix():
    assert ConfusionMatrix(3)([1.0, 0, 1, 0], [1, 0, 0, 2]).tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert ConfusionMatrix(3)(SCORES, LABELS).tolist() == [[0, 2, 0], [0, 1, 1], [0, 0, 2]]
    assert ConfusionMatrix(2, threshold=0.9)([0.1, 0.8, 0.6, 0.2], [1, 0, 0, 1]).tolist() == [[2, 0], [2, 0]]
    batch = ([1.0, 0, 1, 1], [1, 0, 0, 1])
    assert after(ConfusionMatrix(2), batch, batch).tolist() == [[2, 2], [0, 4]]
    assert ConfusionMatrix(2, "target")(*batch).tolist() == [[0.5, 0.5], [0, 1]]
    assert ConfusionMatrix(2, "prediction")(*batch)[1].tolist() == [0, 2 / 3]
    assert ConfusionMatrix(2, "all")(*batch).tolist() == [[0.25, 0.25], [0, 0.5]]


def test_perplexity():
    probabilities, labels = [[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [0, 1, 1]
    assert Perplexity()(probabilities, labels) == pytest.approx(math.exp(-np.log([0.2, 0.1, 0.6]).mean()))
    assert Perplexity(1)(probabilities, labels) == pytest.approx(5)


def test_cosine_similarity():
    rows = np.arange(12).reshape(3, 4) + 1.0
    mean = CosineSimilarity(reduction="mean")(rows)
    np.testing.assert_allclose(mean, [0.63994305, 0.65560002, 0.64963378], atol=1e-8)
    assert CosineSimilarity("dot", "sum", False)(rows).tolist() == [210, 522, 834]


def test_dice():
    predicted, true = np.float32([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]]), np.float32([[0, 1], [1, 0], [0, 1]])
    whole = (2 * (predicted * true).sum() + 1e-5) / ((predicted**2).sum() + (true**2).sum() + 1e-5)
    assert Dice()(predicted, true) == pytest.approx(whole / 3)


def test_bleu_score():
    candidate = ["i have a pen on my desk".split()]
    references = [["i have a pen in my desk".split(), "there is a pen on the desk".split()]]
    assert BleuScore()(candidate, references) == pytest.approx(0.5946035575013605)
    assert BleuScore(2, True)(candidate, references) == pytest.approx(0.9258200997725514)
    assert BleuScore()([["no"]], [[["yes"]]]) == 0


def test_roc_of_one_score_and_of_classes():
    fpr, tpr, thresholds = ROC()(np.float32([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    assert (fpr.tolist(), tpr.tolist()) == ([0, 0, 0.5, 0.5, 1], [0, 0.5, 0.5, 1, 1])
    np.testing.assert_allclose(thresholds, [1.8, 0.8, 0.4, 0.35, 0.1], rtol=1e-6)
    scores = [[0.28, 0.55, 0.15, 0.05], [0.1, 0.2, 0.05, 0.05], [0.2, 0.05, 0.15, 0.05], [0.05, 0.05, 0.05, 0.75]]
    fpr, tpr, _ = ROC(class_num=4)(scores, [0, 1, 2, 3])
    np.testing.assert_allclose(fpr[0], [0, 0, 1 / 3, 2 / 3, 1])
    assert [list(part) for part in tpr] == [[0, 1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1], [0, 1, 1]]


def test_area_under_a_curve():
    x, y = np.array([0, 0.5, 1]), np.array([0, 0.7, 1])
    assert auc(x, y) == auc(x[::-1], y[::-1]) == pytest.approx(0.6)
    assert auc(x[[1, 0, 2]], y[[1, 0, 2]], reorder=True) == pytest.approx(0.6)
    with pytest.raises(ValueError, match="increasing or decreasing"):
        auc(x[[0, 2, 1]], y)
    with pytest.raises(TypeError, match="must be arrays, got list"):
        auc([0, 1], [0, 1])
    with pytest.raises(ValueError, match="one length"):
        auc(x, y[:2])


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Accuracy("foo"), TypeError, "'eval_type' must be one of"),
        (lambda: Fbeta(0), ValueError, "'beta' must be greater than 0"),
        (lambda: TopKCategoricalAccuracy(0), ValueError, "'k' must be at least 1, got 0"),
        (lambda: TopKCategoricalAccuracy(1.0), TypeError, "'k' must be int, got float"),
        (lambda: ConfusionMatrix("a"), TypeError, "'num_classes' must be int"),
        (lambda: ConfusionMatrix(2, "foo"), ValueError, "'normalize' must be"),
        (lambda: ConfusionMatrix(2, threshold=1), TypeError, "'threshold' must be float"),
        (lambda: Perplexity("a"), TypeError, "'ignore_label' must be int or None"),
        (lambda: CosineSimilarity("foo"), ValueError, "'similarity' must be one of"),
        (lambda: Dice(1), TypeError, "'smooth' must be float"),
        (lambda: BleuScore(5), ValueError, "'n_gram' must be 1 to 4"),
        (lambda: ROC("a"), TypeError, "'class_num' must be int or None"),
        (Metric, TypeError, "abstract"),
    ],
)
def test_wrong_options(make, error, text):
    with pytest.raises(error, match=text):
        make()


class Kept(Metric):
    def clear(self):
        self.seen = []

    @rearrange_inputs
    def update(self, *inputs):
        self.seen.append(inputs)

    def eval(self):
        return self.seen


def test_a_metric_of_ones_own_chooses_its_inputs():
    metric = Kept().set_indexes([2, 0])
    assert metric.indexes == [2, 0]
    assert metric("a", "b", "c") == [("c", "a")]
    assert Kept().indexes is None
    with pytest.raises(ValueError, match="list of ints"):
        Kept().set_indexes((0, 1))
    with pytest.raises(IndexError):
        metric.update("a")


def test_metrics_by_name():
    assert set(names()) > {"accuracy", "loss", "F1", "mae", "top_5_accuracy"}
    assert isinstance(get_metric_fn("accuracy", eval_type="multilabel"), Accuracy)
    assert list(get_metrics({"loss", "acc"})) == ["acc", "loss"]
    assert get_metrics(None) is None
    with pytest.raises(KeyError, match="no metric 'foo'"):
        get_metric_fn("foo")
    with pytest.raises(TypeError, match="str to Metric, got str and int"):
        get_metrics({"a": 1})
    with pytest.raises(TypeError, match="None, a dict or a set, got list"):
        get_metrics(["acc"])
