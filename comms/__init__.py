"""What we say: incidents, facts, statements, approvals, releases, record."""
