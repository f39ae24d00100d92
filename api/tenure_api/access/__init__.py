"""Who may do what: keys, tokens, rates, the audit log."""
