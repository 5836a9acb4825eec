"""Qt, the therapy page: options, the dose and the plan, and the boards beside it."""
