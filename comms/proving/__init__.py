"""Proving: the record of an incident as a layperson opens it, and what a public copy leaves out."""
