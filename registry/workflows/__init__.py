"""Where chain and store meet: index, audit, issue, certify, import."""
