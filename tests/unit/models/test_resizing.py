"""The resize that an export writes out: the same as onnxruntime's, which runs the package."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from bedside_dx.models.exporters.resizing import weights


def by_onnxruntime(picture: np.ndarray, side: int, **options: int) -> np.ndarray:
    graph = helper.make_graph(
        [
            helper.make_node(
                "Resize", ["x", "", "", "sizes"], ["y"], mode="linear", axes=[2, 3],
                coordinate_transformation_mode="half_pixel", **options,
            )
        ],
        "resize",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, picture.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [*picture.shape[:2], side, side])],
        [numpy_helper.from_array(np.full(2, side, np.int64), "sizes")],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"x": picture})[0]


@pytest.mark.parametrize(
    ("is_smooth", "outside_out"), [(False, False), (True, False), (True, True)]
)
@settings(max_examples=40)
@given(
    before=st.tuples(st.integers(4, 90), st.integers(4, 90)),
    side=st.integers(4, 90),
    seed=st.integers(0, 9),
)
def test_it_is_onnxruntime_s(
    is_smooth: bool, outside_out: bool, before: tuple[int, int], side: int, seed: int
) -> None:
    picture = np.random.default_rng(seed).random((2, 3, *before)).astype(np.float32)
    down, across = (
        weights(n, side / n, is_smooth=is_smooth, leaves_outside_out=outside_out) for n in before
    )
    made = down @ picture @ across.T
    assert made.shape == (2, 3, side, side)
    theirs = by_onnxruntime(
        picture, side, antialias=int(is_smooth), exclude_outside=int(outside_out)
    )
    np.testing.assert_allclose(made, theirs, atol=5e-5)


@pytest.mark.parametrize(("length", "after"), [(19, 27), (224, 157), (96, 64), (256, 224)])
def test_a_scale_in_single_precision_loses_no_pixel(length: int, after: int) -> None:
    found = weights(
        length, float(np.float32(after / length)), is_smooth=True, leaves_outside_out=True
    )
    assert found.shape == (after, length)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-6)
