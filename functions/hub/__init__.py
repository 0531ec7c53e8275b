"""The shared core of every NeonHub function."""

import gc

# What a start loads stays: looking through it for garbage again and again took 5 % of a cold start.
# A start makes some 100,000 objects; this many must have come to stay before the first look.
gc.set_threshold(200_000, 10, 10)
