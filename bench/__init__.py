"""Benchmarks: cold starts, warm times, latency and cost, measured on this machine.

`python -m bench` measures the built functions and the template deployed to an embedded AWS, and
writes docs/benchmarks.md.
"""
