"""Processes that can be stopped: for the queries of strangers, and for reading what they send.

There is one kind of process (:mod:`.program`), started in one way (:mod:`.process`), confined in
one way (:mod:`.confinement`, :mod:`.seccomp`), and spoken to in frames (:mod:`.frames`). What it
does is in a module of a layer above that it imports when it starts. :mod:`.pool` keeps those that
answer queries, each over a replica; :mod:`.tasks` those that do one task at a time.

This file imports nothing, because such a process has to start within milliseconds.
"""
