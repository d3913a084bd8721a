"""ScopedValue: a name or a constant in a line of a network's code."""

import ast
import dataclasses
import enum

__all__ = ["ScopedValue", "ValueType"]


class ValueType(enum.Enum):
    """What a ScopedValue is.

    Examples:
        >>> from nucella.rewrite import ScopedValue
        >>> ScopedValue.create_naming_value("x").type.name
        'NamingValue'
    """

    ConstantValue = 0
    TupleValue = 20
    ListValue = 21
    DictValue = 22
    NamingValue = 40
    CustomObjValue = 41
    UnsupportedValue = 50


@dataclasses.dataclass(frozen=True)
class ScopedValue:
    """A value in code: the variable `x`, the attribute `weight` of `self`, or a constant.

    Args:
        type (ValueType): NamingValue for names; anything that is neither name nor constant is an UnsupportedValue,
            whose `value` is its source.
        scope (str): What comes before the dot of a name. Default: "".
        value (object): The name, or the constant.

    Examples:
        >>> from nucella.rewrite import ScopedValue
        >>> print(ScopedValue.create_naming_value("weight", "self"))
        self.weight
    """

    type: ValueType
    scope: str = ""
    value: object = None

    @classmethod
    def create_naming_value(cls, name, scope=""):
        """The name `name`, or `scope.name`."""
        return cls(ValueType.NamingValue, scope, name)

    @classmethod
    def create_variable_value(cls, value):
        """A constant: a number, a string, a bool or None. TypeError for anything else."""
        if not isinstance(value, (int, float, str, type(None))):
            raise TypeError(f"ScopedValue: 'value' must be a number, str, bool or None, got {type(value).__name__}")
        return cls(ValueType.ConstantValue, "", value)

    @classmethod
    def create_name_values(cls, names, scopes=None):
        """A list of names, with one scope for each. ValueError for another number of scopes."""
        scopes = [""] * len(names) if scopes is None else scopes
        if len(scopes) != len(names):
            raise ValueError(f"ScopedValue: 'scopes' must hold {len(names)} elements, got {len(scopes)}")
        return [cls.create_naming_value(name, scope) for name, scope in zip(names, scopes)]

    def __str__(self):
        if self.type is not ValueType.NamingValue:
            return self.value if self.type is ValueType.UnsupportedValue else repr(self.value)
        return f"{self.scope}.{self.value}" if self.scope else self.value


def value_of(expression):
    """The ScopedValue that an expression of `ast` stands for."""
    if isinstance(expression, ast.Name):
        return ScopedValue.create_naming_value(expression.id)
    if isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name):
        return ScopedValue.create_naming_value(expression.attr, expression.value.id)
    if isinstance(expression, ast.Constant):
        return ScopedValue(ValueType.ConstantValue, "", expression.value)
    return ScopedValue(ValueType.UnsupportedValue, "", ast.unparse(expression))


def expression_of(value):
    """The expression that a ScopedValue, or a str with its source, stands for."""
    return ast.parse(str(value), mode="eval").body


def target_of(value):
    """The same as what is assigned to."""
    target = expression_of(value)
    target.ctx = ast.Store()
    return target
