"""How the bundled models were made: data, augmentation, fitting, calibration, gate and export.

Not part of the program: it has its own requirements and is not in the wheel.
"""

import os

# onnxruntime's own builds report use to the maker once they are imported; see models/engines.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
