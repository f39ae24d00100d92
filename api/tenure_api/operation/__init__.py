"""Being operated: settings, checks, logs, metrics."""
