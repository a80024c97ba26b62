"""Schemathesis, let loose on each implementation with the contract in its hand."""
