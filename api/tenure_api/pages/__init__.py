"""Pages for people: what they show, and how."""
