"""Saying: why a text cannot go yet, the press that sends it once, and by which ways it leaves."""
