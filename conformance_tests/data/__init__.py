"""What tests of many operations share: requests made from the contract, and JSON texts."""
