"""Pictures of the loss around a net's parameters: what can be asked for is checked; the pictures are not here yet."""

__all__ = ["SummaryLandscape"]

_KINDS = {"landscape_size": int, "create_landscape": dict, "num_samples": int, "intervals": list, "unit": str}


class SummaryLandscape:
    """The loss along two directions through the parameters that training has found.

    Args:
        summary_dir (str): Where the pictures go.

    Examples:
        >>> landscape = nucella.train.SummaryLandscape("summary")
        >>> landscape.gen_landscapes_with_multi_process(None, {"unit": 1})
        Traceback (most recent call last):
        TypeError: For `unit` the type should be a valid type of ['str'], but got int.
    """

    def __init__(self, summary_dir):
        self._summary_dir = summary_dir

    def gen_landscapes_with_multi_process(self, callback_fn, collect_landscape=None, device_ids=None, output=None):
        """Checks its arguments; NotImplementedError, as pictures are not here yet.

        Args:
            callback_fn (function): Gives model, net, data set and metrics.
            collect_landscape (dict): `landscape_size` (int), `create_landscape` (dict), `num_samples` (int),
                `intervals` (list) and `unit` (str). Default: None.
            device_ids (list[int]): Devices that compute. Default: None.
            output (str): A folder in the place of `summary_dir`. Default: None.

        Raises:
            TypeError: An entry of `collect_landscape` is of another type.
        """
        for name, value in (collect_landscape or {}).items():
            kind = _KINDS.get(name)
            if kind is not None and not isinstance(value, kind):
                raise TypeError(
                    f"For `{name}` the type should be a valid type of ['{kind.__name__}'], "
                    f"but got {type(value).__name__}."
                )
        raise NotImplementedError("SummaryLandscape: pictures of the loss are not here yet")
