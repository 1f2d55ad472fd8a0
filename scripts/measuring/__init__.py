"""What `scripts/bench.py` measures, and how it shows the results."""
