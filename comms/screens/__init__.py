"""Streamlit screens: query, show, call a command. No rule lives here."""
