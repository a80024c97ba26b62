"""Faults done to running servers on purpose, and what becomes of the promises meanwhile."""
