"""Stand-ins for both music services that speak as they do, so that everything runs without a key or the network."""
