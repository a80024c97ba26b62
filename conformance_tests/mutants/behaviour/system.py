"""Mutants of chapter 0: health, paths, methods, and the form of every answer."""
