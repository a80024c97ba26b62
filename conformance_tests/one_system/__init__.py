"""The implementations as one system: the same tables, and one database served by all of them."""
