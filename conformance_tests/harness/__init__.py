"""Everything the tests stand on: targets, servers, client, contract, requirements, reports."""
