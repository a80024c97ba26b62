"""Mutants of chapter 5 that concern the HTTP server in front."""
