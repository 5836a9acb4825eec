"""Value types and rules that every room shares: numpy only, no input or output."""
