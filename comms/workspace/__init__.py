"""The joint workspace of an incident: what is known, what is being written about it, and what both sides agreed on."""
