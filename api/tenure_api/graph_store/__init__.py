"""The Graph Store HTTP Protocol."""
