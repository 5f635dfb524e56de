"""What happened: sources, fetching, items, relevance, stories, alerts. Knows nothing of statements or screens."""
