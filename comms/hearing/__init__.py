"""Hearing: what is watched and listened to, whom an alert is told and who answers it, and what marks teach."""
