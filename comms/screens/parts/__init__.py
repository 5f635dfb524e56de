"""What several screens share: badges, foot bar, editor, headline with marked words."""
