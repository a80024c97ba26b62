"""A small server of nothing but Python: chapter 0 of the contract and `register_user`, no more."""
