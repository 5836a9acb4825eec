"""How the bundled models were made: data, augmentation, fitting, calibration, gate and export.

Not part of the program: it has its own requirements and is not in the wheel.
"""
