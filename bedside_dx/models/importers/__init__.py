"""Models of other makers, turned into packages: WSInfer zoo, MONAI bundle, bare ONNX."""
