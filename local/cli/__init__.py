"""The `neonhub` command line."""
