"""The conformance suite: black-box tests of the users-and-posts API, and their harness."""
