"""Tiny servers, each wrong as a whole in a way of its own, to try the whole suite on.

Nothing but the standard library: `python -m conformance_tests.harness_tests.miniatures WAY PORT`.
"""
