"""What stays on this machine between two starts of the program."""
