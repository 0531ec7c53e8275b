"""The shared core of every NeonHub function."""
