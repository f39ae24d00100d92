"""Tenure: claims in, world out. A temporal knowledge base with SPARQL."""
