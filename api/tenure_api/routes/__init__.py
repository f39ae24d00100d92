"""The addresses, a module each."""
