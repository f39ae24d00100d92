"""Queries of strangers, answered by processes that can be killed.

:mod:`tenure.sandbox.pool` is the door. Everything beside it that a worker itself imports
(``worker``, ``answering``, ``fence``, ``seccomp``, ``frames``) needs nothing but Python and
pyoxigraph, and this file imports nothing, because a worker has to start within milliseconds.
"""
