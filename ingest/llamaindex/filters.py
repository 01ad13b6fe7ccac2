"""LlamaIndex metadata filters, nested ones included, as a test on a node's metadata."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

Metadata = Mapping[str, Any]
Test = Callable[[Metadata], bool]

_COMPARISONS: dict[FilterOperator, Callable[[Any, Any], bool]] = {
    FilterOperator.GT: lambda held, wanted: bool(held > wanted),
    FilterOperator.GTE: lambda held, wanted: bool(held >= wanted),
    FilterOperator.LT: lambda held, wanted: bool(held < wanted),
    FilterOperator.LTE: lambda held, wanted: bool(held <= wanted),
    FilterOperator.CONTAINS: lambda held, wanted: wanted in held,
    FilterOperator.TEXT_MATCH: lambda held, wanted: wanted in held,
    FilterOperator.TEXT_MATCH_INSENSITIVE: lambda held, wanted: wanted.lower() in held.lower(),
    FilterOperator.ANY: lambda held, wanted: any(value in _values(held) for value in wanted),
    FilterOperator.ALL: lambda held, wanted: all(value in _values(held) for value in wanted),
    FilterOperator.EQ: lambda held, wanted: held == wanted or wanted in _values(held),
    FilterOperator.IN: lambda held, wanted: any(value in wanted for value in _values(held)),
}


def matches(filters: MetadataFilters) -> Test:
    """Return the test that ``filters`` stand for.

    Metadata that is a list (a passage may speak of two products) equals a value that it holds. A key that a node
    lacks fails every test but ``!=``, ``nin`` and ``is_empty``.

    Raises:
        ValueError: an operator or condition is not known.
    """
    tests = [matches(f) if isinstance(f, MetadataFilters) else _single(f) for f in filters.filters]
    condition = filters.condition or FilterCondition.AND
    if condition == FilterCondition.AND:
        return lambda metadata: all(test(metadata) for test in tests)
    if condition == FilterCondition.OR:
        return lambda metadata: any(test(metadata) for test in tests)
    if condition == FilterCondition.NOT:
        return lambda metadata: not any(test(metadata) for test in tests)
    raise ValueError(f"filter condition {condition} is not known")


def _single(one: MetadataFilter) -> Test:
    key, operator, wanted = one.key, one.operator, one.value
    if operator == FilterOperator.IS_EMPTY:
        return lambda metadata: metadata.get(key) in (None, "", [])
    if operator in (FilterOperator.NE, FilterOperator.NIN):
        positive = _COMPARISONS[FilterOperator.EQ if operator == FilterOperator.NE else FilterOperator.IN]
        return lambda metadata: metadata.get(key) is None or not positive(metadata[key], wanted)
    if operator not in _COMPARISONS:
        raise ValueError(f"filter operator {operator} is not known")
    comparison = _COMPARISONS[operator]
    return lambda metadata: metadata.get(key) is not None and comparison(metadata[key], wanted)


def _values(held: Any) -> Collection[Any]:  # noqa: ANN401 - metadata is whatever its writer put there
    return held if isinstance(held, (list, tuple, set)) else (held,)
