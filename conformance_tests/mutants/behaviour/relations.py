"""Mutants of chapter 3: comments, likes, follows, counts, the feed and tags."""
