"""What is measured, and against whom. See README.md."""
