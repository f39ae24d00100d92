"""The formats that come with Tenure: a module and a mapping file each.

Readers of formats know :mod:`tenure.ingest.importing` and nothing below it; what two of them share
is in :mod:`tenure.ingest.rows`.
"""
