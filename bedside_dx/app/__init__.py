"""One file for each thing a person does; it wires the rooms together."""
