"""Reaching people: the outbox and its means, who is on call, how each person is reached, and who could not be."""
