"""Weights of a graph in 8 bits, one scale for each row, and inputs made even for it.

OpenVINO recognises the pattern and multiplies in 8-bit integers, quantising what comes in
group by group as it goes; that is where most of the speed comes from. What costs fidelity
there are channels many times larger than the others of their group. They come out of layer
normalisation; so before a product those channels are made smaller and the weights that meet
them larger by the same factor, which changes nothing in exact arithmetic (SmoothQuant, Xiao
et al. 2023). What is normalised is also bounded, so that it can be quantised with a scale
that was found beforehand, which is quicker still. (What comes out of attention is bounded
too, but with a fixed scale there a lone digit or emoji agrees only to 0.994.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

# Smaller matrices are not worth it.
_SMALLEST = 65_536
# How much of a channel's size goes from the input to the weights; 0.5 is worse, 0.8 too.
_SHARE = 0.7
# A scale found beforehand leaves this much room above the largest value seen. In 205
# languages, and for what is hardly text, 1.4 costs 0.0001 of the mean cosine against 1.1 and
# gains 0.0008 of the least.
_ROOM = 1.4


def compress_weights(graph: Any) -> int:
    """Replace the weights of matrix products and lookups by 8-bit integers with row scales.

    Parameters
    ----------
    graph : openvino.Model
        Changed in place.

    Returns
    -------
    int
        How many weight matrices were replaced.
    """
    replaced = 0
    for node in graph.get_ops():
        if _is_product(node) and (weights := _weights(node, 1)) is not None:
            whole, scales = _whole_and_scales(weights)
            node.input(1).replace_source_output(_spread(whole, scales))
        elif _is_lookup(node) and (weights := _weights(node, 0)) is not None:
            _compress_lookup(node, *_whole_and_scales(weights))
        else:
            continue
        replaced += 1
    return replaced


def smooth_inputs(
    graph: Any, samples: Iterable[tuple[np.ndarray, np.ndarray]], *, quantise: bool = False
) -> int:
    """Even out the inputs of matrix products that come out of layer normalisation.

    Parameters
    ----------
    graph : openvino.Model
        Changed in place.
    samples : iterable of (token ids, attention mask)
        What the sizes of channels are taken from; no row may be padded.
    quantise : bool, default False
        Turn those inputs into 8-bit integers too, with one scale from `samples`; otherwise
        the runtime finds scales as it goes.

    Returns
    -------
    int
        How many inputs were evened out.
    """
    from openvino import opset13 as op

    products = _products_after_normalisation(graph)
    sizes = _channel_sizes(graph, products, samples)
    for (source, nodes), size in zip(products.values(), sizes, strict=True):
        matrices = [matrix for node in nodes if (matrix := _weights(node, 1)) is not None]
        heaviest = np.max([np.abs(matrix).max(axis=0) for matrix in matrices], axis=0)
        factors = np.maximum(size, 1e-5) ** _SHARE / np.maximum(heaviest, 1e-6) ** (1 - _SHARE)
        factors = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
        even = op.multiply(source, op.constant((1 / factors)[None, None]))
        if quantise:
            even = _quantised(even, float((size / factors).max()) * _ROOM)
        for node, matrix in zip(nodes, matrices, strict=True):
            node.input(0).replace_source_output(even.output(0))
            node.input(1).replace_source_output(op.constant(matrix * factors).output(0))
    return len(products)


def _whole_and_scales(weights: np.ndarray) -> tuple[Any, Any]:
    """Return the weights as 8-bit integers, and the scale of each row, as constants."""
    from openvino import opset13 as op

    scales = np.maximum(np.abs(weights).max(axis=1, keepdims=True) / 127, 1e-10)
    return op.constant(np.rint(weights / scales).astype(np.int8)), op.constant(scales)


def _spread(whole: Any, scales: Any) -> Any:
    import openvino
    from openvino import opset13 as op

    return op.multiply(op.convert(whole, openvino.Type.f32), scales).output(0)


def _compress_lookup(node: Any, whole: Any, scales: Any) -> None:
    """Look up integers and scales by themselves, so that the table is never spread out."""
    from openvino import opset13 as op

    indices, axis = node.input_value(1), node.input_value(2)
    rows = _spread(op.gather(whole, indices, axis), op.gather(scales, indices, axis))
    for target in node.output(0).get_target_inputs():
        target.replace_source_output(rows)


def _quantised(source: Any, largest: float) -> Any:
    """Round a value to 256 even steps, 0 among them, up to the largest."""
    from openvino import opset13 as op

    low, high = (op.constant(np.float32(edge)) for edge in (-largest * 128 / 127, largest))
    return op.fake_quantize(source, low, high, low, high, 256)


def _is_product(node: Any) -> bool:
    return node.get_type_name() == "MatMul" and node.get_attributes().get("transpose_b")


def _is_lookup(node: Any) -> bool:
    if node.get_type_name() != "Gather":
        return False
    axis = node.input_value(2).get_node()
    return axis.get_type_name() == "Constant" and not np.any(axis.data)


def _weights(node: Any, at: int) -> np.ndarray | None:
    """Return the weight matrix at an input of a node, one row for each output, if it is one."""
    constant = node.input_value(at).get_node()
    if constant.get_type_name() == "Convert":
        constant = constant.input_value(0).get_node()
    if constant.get_type_name() != "Constant" or constant.get_output_size() != 1:
        return None
    shape = constant.get_output_partial_shape(0)
    if len(shape) != 2 or shape[0].get_length() * shape[1].get_length() < _SMALLEST:
        return None
    return np.asarray(constant.data, dtype=np.float32)


def _products_after_normalisation(graph: Any) -> dict[tuple[str, int], tuple[Any, list[Any]]]:
    """Group the matrix products by their input, where that is three-dimensional and normalised."""
    found: dict[tuple[str, int], tuple[Any, list[Any]]] = {}
    for node in graph.get_ordered_ops():
        if not _is_product(node) or _weights(node, 1) is None:
            continue
        source = node.input_value(0)
        if len(source.get_partial_shape()) == 3 and _is_normalised(source.get_node()):
            key = (source.get_node().get_friendly_name(), source.get_index())
            found.setdefault(key, (source, []))[1].append(node)
    return found


def _is_normalised(node: Any) -> bool:
    """Tell whether a node is a layer normalisation, with its scale and shift or without."""
    for _ in range(3):
        if node.get_type_name() in ("MVN", "RMS"):
            return True
        if node.get_type_name() not in ("Add", "Multiply"):
            return False
        sources = [node.input_value(at).get_node() for at in range(2)]
        constant = [_is_constant(source) for source in sources]
        if constant[0] == constant[1]:
            return False
        node = sources[0] if constant[1] else sources[1]
    return False


def _is_constant(node: Any) -> bool:
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    return bool(node.get_type_name() == "Constant")


def _channel_sizes(
    graph: Any,
    products: dict[tuple[str, int], tuple[Any, list[Any]]],
    samples: Iterable[tuple[np.ndarray, np.ndarray]],
) -> list[np.ndarray]:
    """Return the largest absolute value of each channel of each product's input."""
    import openvino
    from openvino import opset13 as op

    results = []
    for source, _ in products.values():
        largest = op.reduce_max(op.abs(source), op.constant(np.array([0, 1])), False)
        results.append(op.result(largest))
    probe = openvino.Model(results, graph.get_parameters(), "channel sizes")
    compiled = openvino.Core().compile_model(probe, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    sizes: list[np.ndarray] = []
    for ids, mask in samples:
        found = request.infer({0: ids, 1: mask})
        values = [np.array(found[at]) for at in range(len(results))]
        pairs = zip(sizes, values, strict=True) if sizes else ((value, value) for value in values)
        sizes = [np.maximum(old, new) for old, new in pairs]
    return sizes
