"""Plain HTML pages that need no JavaScript: sign-in, approve by link, public statements, health."""
