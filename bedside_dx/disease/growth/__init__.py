"""Growth of one quantity: curves of one patient, a prior from many, a forecast from both."""
