"""Mutants of chapter 4: entity tags, conditions, idempotency keys, methods and headers."""
