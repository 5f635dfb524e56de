"""Joining: first set-up, invitations, sign-in, and what is still missing before the partnership can count on it."""
