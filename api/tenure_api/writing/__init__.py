"""Changes that come in over HTTP."""
