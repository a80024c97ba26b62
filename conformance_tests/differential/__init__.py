"""Random sequences of calls to all implementations at once, and where their answers differ."""
