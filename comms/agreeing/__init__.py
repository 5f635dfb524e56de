"""Agreeing: which seats a text needs, who is asked, who answered what on which exact words."""
