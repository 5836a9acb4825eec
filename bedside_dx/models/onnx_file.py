"""What an ONNX file holds, found out without running it.

An engine follows paths that a graph names (external data) and runs loops without end, so
the file is walked first. Only the protobuf wire format is needed: fields are skipped by
their length, weights are never copied.
"""

from __future__ import annotations

from collections.abc import Iterator

from bedside_dx.models.flaw import Flaw

DEPTH = 32
"""Graphs nested deeper than this are no image classifier."""

OPERATOR_SETS = frozenset({"", "ai.onnx"})
"""Domains of the ONNX standard; operators of others come from plug-ins or from one engine."""

UNBOUNDED = frozenset({"Loop", "Scan"})
"""Operators that may run without end."""

_MESSAGES = {
    "model": {7: "graph", 8: "opset", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse",
        23: "sparse",
    },
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
    "opset": {},
}
"""Field numbers of onnx.proto that lead to something worth looking at."""

_MODEL_GRAPH, _NODE_OPERATOR, _NODE_DOMAIN, _OPSET_DOMAIN = 7, 4, 7, 1
_TENSOR_EXTERNAL, _TENSOR_LOCATION = 13, 14


def check_onnx(content: bytes, name: str) -> None:
    """Refuse a graph that reaches outside itself or may never end.

    Parameters
    ----------
    name
        Of the file, for the message.

    Raises
    ------
    Flaw
        Not an ONNX model; weights in other files; operators outside the standard; loops.
    """
    try:
        _check_model(memoryview(content))
    except Flaw as flaw:
        raise Flaw("{file} {fault}", file=name, fault=flaw.phrase) from flaw


def _check_model(view: memoryview) -> None:
    if not any(number == _MODEL_GRAPH for number, _ in _fields(view)):
        raise Flaw("holds no graph")
    _check(view, "model", 0)


def _check(message: memoryview, kind: str, depth: int) -> None:
    if depth > DEPTH:
        raise Flaw("is nested too deeply")
    children = _MESSAGES[kind]
    for number, value in _fields(message):
        _check_field(kind, number, value)
        if number in children:
            if isinstance(value, int):
                raise Flaw("is not an ONNX model")
            _check(value, children[number], depth + 1)


def _check_field(kind: str, number: int, value: memoryview | int) -> None:
    match kind, number:
        case ("tensor", 13) | ("tensor", 14) if number == _TENSOR_EXTERNAL or value != 0:
            raise Flaw("keeps weights in another file")
        case "node", 4 if _text(value) in UNBOUNDED:
            raise Flaw("holds a loop ({operator})", operator=_text(value))
        case ("node", 7) | ("opset", 1) if _text(value) not in OPERATOR_SETS:
            raise Flaw("needs operators outside ONNX ({domain})", domain=_text(value))
        case _:
            pass


def _text(value: memoryview | int) -> str:
    return "?" if isinstance(value, int) else bytes(value[:100]).decode("utf-8", "replace")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and value of each field: the content of a length-delimited one, else an int."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                value, at = _varint(message, at)
            case 1 | 2 | 5 as wire:
                length, at = _varint(message, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
                value, at = message[at : at + length], at + length
                if at > len(message):
                    raise Flaw("is cut short")
            case _:
                raise Flaw("is not an ONNX model")
        yield key >> 3, value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise Flaw("is cut short")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Flaw("is not an ONNX model")
