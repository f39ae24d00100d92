"""The web face of Tenure: HTTP over the knowledge base, and its pages."""
