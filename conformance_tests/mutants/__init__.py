"""Breaks: a good server, made wrong on purpose by a proxy, to see whether the suite notices."""
