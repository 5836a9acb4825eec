#!/bin/sh
# An environment of its own for each program that speed is compared with: build/peers/wsinfer and
# build/peers/fast, and the one network that all of them run. Safe to run again. $1: our Python.
set -eu
cd "$(dirname "$0")/../.."
mine=$1
peers=build/peers
mkdir -p "$peers"

make_environment() {
    [ -x "$peers/$1/bin/python" ] || python3 -m venv "$peers/$1"
}

install() {
    environment=$1
    shift
    "$peers/$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

# WSInfer 0.6.1 asks for any torchvision and zarr; the newest of either want another PyTorch or break it.
if [ ! -f "$peers/wsinfer.ready" ]; then
    make_environment wsinfer
    install wsinfer torch==2.13.0 click h5py "numcodecs<0.16" numpy opencv-python-headless \
        openslide-bin openslide-python pandas pillow pyyaml scikit-image shapely tifffile \
        imagecodecs fsspec tqdm wsinfer-zoo "zarr<3" asciitree fasteners jsonschema huggingface-hub
    install wsinfer --no-deps wsinfer==0.6.1 "tiffslide<3" torchvision==0.28.0
    "$peers/wsinfer/bin/python" bench/peers/resnet18.py torchscript "$peers/resnet18.pt"
    touch "$peers/wsinfer.ready"
fi

# FAST brings its libraries along, but for libusb and an OpenCL platform (pocl runs on a processor).
if [ ! -f "$peers/fast.ready" ]; then
    sh packaging/apt.sh libusb-1.0-0 pocl-opencl-icd libopengl0 libgl1
    make_environment fast
    install fast pyfast==4.18.0 numpy
    touch "$peers/fast.ready"
fi

if [ ! -f "$peers/resnet18-int8.onnx" ]; then
    "$mine" bench/peers/resnet18.py onnx "$peers/resnet18.onnx"
    "$mine" bench/peers/quantised.py "$peers/resnet18.onnx" "$peers/resnet18-int8.onnx"
fi
