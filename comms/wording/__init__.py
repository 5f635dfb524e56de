"""Wording, pure: the library's blocks and blanks, what a channel can carry, how texts differ, a text's files."""
