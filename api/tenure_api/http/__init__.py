"""What all addresses share of HTTP: reading requests, writing answers."""
